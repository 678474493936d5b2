"""Version 1 of the REST API: every app's viewsets, composed in one place."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from campaigns.api.enrolments import EnrolmentViewSet
from contacts.api.documents import DocumentViewSet
from contacts.api.groups import PoolViewSet, SegmentViewSet
from contacts.api.skills import SkillViewSet
from contacts.api.viewsets import ContactViewSet, CustomFieldViewSet, UnitViewSet
from core.views import api_docs
from integrations.api.received_mails import ReceivedMailViewSet
from relationships.api.dossiers import DossierViewSet, QuestionnaireViewSet
from relationships.api.engagements import EngagementViewSet
from relationships.api.interactions import InteractionViewSet
from relationships.api.kind_changes import KindChangeViewSet
from relationships.api.leaving import WayOutViewSet
from relationships.api.ledger import FactViewSet, GoodwillViewSet
from relationships.api.papers import PaperViewSet
from relationships.api.promises import PromiseViewSet
from relationships.api.ties import TieKindViewSet, TieViewSet
from relationships.api.timeline import ContactTimelineViewSet
from relationships.api.viewsets import LifecycleViewSet, RelationshipViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("contacts", ContactViewSet, basename="contact")
router.register("documents", DocumentViewSet, basename="document")
router.register("custom-fields", CustomFieldViewSet, basename="custom-field")
router.register("units", UnitViewSet, basename="unit")
router.register("skills", SkillViewSet, basename="skill")
router.register("segments", SegmentViewSet, basename="segment")
router.register("pools", PoolViewSet, basename="pool")
router.register("relationships", RelationshipViewSet, basename="relationship")
router.register("interactions", InteractionViewSet, basename="interaction")
router.register("promises", PromiseViewSet, basename="promise")
router.register("goodwill", GoodwillViewSet, basename="goodwill")
router.register("facts", FactViewSet, basename="fact")
router.register("engagements", EngagementViewSet, basename="engagement")
router.register("papers", PaperViewSet, basename="paper")
router.register("dossiers", DossierViewSet, basename="dossier")
router.register("questionnaires", QuestionnaireViewSet, basename="questionnaire")
router.register("ways-out", WayOutViewSet, basename="way-out")
router.register("kind-changes", KindChangeViewSet, basename="kind-change")
router.register("enrolments", EnrolmentViewSet, basename="enrolment")
router.register("ties", TieViewSet, basename="tie")
router.register("tie-kinds", TieKindViewSet, basename="tie-kind")
router.register("lifecycles", LifecycleViewSet, basename="lifecycle")
router.register("received-mails", ReceivedMailViewSet, basename="received-mail")

urlpatterns = [
    path("openapi.json", api_docs.openapi, name="openapi"),
    path("docs", api_docs.docs, name="docs"),
    path("problems", api_docs.problems, name="problems"),
    *router.urls,
    path(
        "contacts/<uuid:id>/timeline",
        ContactTimelineViewSet.as_view({"get": "list"}),
        name="contact-timeline",
    ),
]
