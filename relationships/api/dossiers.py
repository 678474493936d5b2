"""Dossiers of freelancers' assignments in the API (Dutch DBA), and the questions in them.

What a dossier says is told one at a time, for it is written down who read it.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.etags import etag_of, unchanged
from core.api.fields import NullableTextField, OpenChoiceField, StrictSerializer, UidField
from core.api.fields import UtcDateTimeField as MomentField
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require
from relationships.api.of_contacts import OfContactParameters, OfContactViewSet, of_people_we_know
from relationships.api.papers import OfEngagementSerializer
from relationships.api.serializers import OwnerSerializer
from relationships.dossiers import (
    NO,
    UNKNOWN,
    YES,
    Answered,
    Point,
    answered,
    points_for_attention,
    questions_of,
)
from relationships.models import Dossier, Questionnaire
from relationships.services import dossiers as services

SEE = "relationships.view_dossiers"
ANSWERS = [(YES, YES), (NO, NO), (UNKNOWN, UNKNOWN)]


class QuestionSerializer(serializers.Serializer[Any]):
    """`text` and `why` read in the language of Accept-Language."""

    key = serializers.CharField(read_only=True, help_text="Stable; for programs.")
    theme = OpenChoiceField(choices=Questionnaire.Theme.choices, read_only=True)
    text = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)
    notable = serializers.CharField(
        read_only=True, help_text="The answer that asks for attention, or empty."
    )


class QuestionnaireSerializer(serializers.Serializer[Questionnaire]):
    """A version of the questions. The one with the highest number counts."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)
    number = serializers.IntegerField(read_only=True)
    published_at = MomentField(read_only=True)
    note = serializers.CharField(read_only=True, help_text="What changed.")
    questions = serializers.SerializerMethodField()

    @extend_schema_field(QuestionSerializer(many=True))
    def get_questions(self, row: Questionnaire) -> Any:
        return QuestionSerializer(questions_of(row), many=True).data


class DossierInShortSerializer(serializers.Serializer[Dossier]):
    """That it was filled in, and when it is to be looked at again."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)
    engagement = UidField(read_only=True)
    contact = UidField(source="engagement.contact", read_only=True)
    number = serializers.IntegerField(read_only=True, help_text="Of this engagement, from 1.")
    is_latest = serializers.BooleanField(read_only=True, help_text="The one that counts.")
    questionnaire = serializers.IntegerField(
        source="questionnaire.number", read_only=True, help_text="The version it was filled in by."
    )
    why = OpenChoiceField(choices=Dossier.Why.choices, read_only=True)
    filled_on = serializers.DateField(read_only=True)
    filled_by = OwnerSerializer(read_only=True, allow_null=True)
    reviewed_on = serializers.DateField(read_only=True, allow_null=True)
    reviewed_by = OwnerSerializer(read_only=True, allow_null=True)
    review_on = serializers.DateField(read_only=True, help_text="To be looked at again by.")


class AnswerSerializer(serializers.Serializer[Answered]):
    question = serializers.CharField(source="question.key", read_only=True)
    text = serializers.CharField(source="question.text", read_only=True)
    answer = OpenChoiceField(choices=ANSWERS, read_only=True)
    note = serializers.CharField(read_only=True, help_text="What it rests on.")
    is_notable = serializers.BooleanField(read_only=True, help_text="It asks for attention.")


class PointSerializer(serializers.Serializer[Point]):
    """What asks for attention. Never a verdict, and no legal advice."""

    about = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True)
    why = serializers.CharField(read_only=True)
    is_open = serializers.BooleanField(read_only=True, help_text="It is not known yet.")


class DossierSerializer(DossierInShortSerializer):
    """The answers of one day, by one version of the questions."""

    answers = serializers.SerializerMethodField()
    points = serializers.SerializerMethodField(help_text="What asks for attention.")
    remarks = serializers.CharField(read_only=True)

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, row: Dossier) -> Any:
        lines: Any = answered(row.questionnaire, row.answers)
        return AnswerSerializer(lines, many=True).data

    @extend_schema_field(PointSerializer(many=True))
    def get_points(self, row: Dossier) -> Any:
        lines = answered(row.questionnaire, row.answers)
        day = timezone.localdate() if row.is_latest else row.filled_on
        points: Any = points_for_attention(lines, row.engagement, today=day)
        return PointSerializer(points, many=True).data


class NewAnswerSerializer(StrictSerializer):
    question = serializers.CharField(max_length=40, help_text="The key of a question.")
    answer = OpenChoiceField(choices=ANSWERS)
    note = NullableTextField(max_length=services.NOTE, help_text="What it rests on.")


EXAMPLE = {
    "engagement": "01930000-0000-7000-8000-000000000000",
    "answers": [{"question": "instructions", "answer": "no", "note": "Agreed by result"}],
    "remarks": "Talked through with them",
}


@extend_schema_serializer(examples=[OpenApiExample("Filled in", EXAMPLE, request_only=True)])
class NewDossierSerializer(OfEngagementSerializer):
    answers = NewAnswerSerializer(many=True, allow_empty=False)
    remarks = NullableTextField(max_length=services.REMARKS)
    why = OpenChoiceField(
        choices=Dossier.Why.choices, required=False, help_text="Left out: as it was asked for."
    )

    def validate_answers(self, answers: list[dict[str, str]]) -> list[dict[str, str]]:
        if len({one["question"] for one in answers}) != len(answers):
            raise serializers.ValidationError(_("Answer each question once."), code="invalid")
        return answers


class DossierParameters(OfContactParameters):
    engagement = serializers.UUIDField(required=False, help_text="Of this engagement.")
    is_latest = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those that count, or the others."
    )
    review_by = serializers.DateField(
        required=False, help_text="Those that count, to be looked at again by this day."
    )


class DossierViewSet(OfContactViewSet[Dossier]):
    """Dossiers of the assignments whose dossiers the token's user may see. They are only ever
    added: the latest counts.
    """

    queryset = Dossier.objects.none()
    serializer_class = DossierInShortSerializer
    parameters_class = DossierParameters
    filters: ClassVar[dict[str, str]] = {
        "contact": "engagement__contact__uid",
        "engagement": "engagement__uid",
    }

    def get_queryset(self) -> models.QuerySet[Dossier]:
        require(self.request.user, SEE)
        rows = of_people_we_know(
            Dossier.objects.visible_to(self.request.user), by="engagement__contact"
        )
        return rows.select_related(
            "engagement__contact", "questionnaire", "filled_by", "reviewed_by"
        )

    def narrow(
        self, queryset: models.QuerySet[Dossier], values: dict[str, Any]
    ) -> models.QuerySet[Dossier]:
        if values["is_latest"] is not None:
            queryset = queryset.filter(is_latest=values["is_latest"])
        if "review_by" in values:
            queryset = queryset.filter(is_latest=True, review_on__lte=values["review_by"])
        return super().narrow(queryset, values)

    @extend_schema(responses=DossierSerializer)
    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """With its answers and what they ask attention for. Who looked is written down."""
        row = self.get_object()
        services.record_look(dossier=row, actor=self.request.user)
        return self._whole(row)

    @extend_schema(
        summary="Fill in a dossier",
        request=NewDossierSerializer,
        responses={201: DossierSerializer},
    )
    def create(self, request: UserApiRequest) -> Response:
        """By the version of the questions that counts (`/questionnaires`). What is not answered is
        not known. Of work that is no assignment, a 409.
        """
        require(request.user, SEE)
        sent = self.checked(NewDossierSerializer)
        require(request.user, SEE, sent["engagement"].contact)
        answers = {
            one["question"]: {"answer": one["answer"], "note": one.get("note", "")}
            for one in sent["answers"]
        }
        made = services.fill_in_dossier(
            engagement=sent["engagement"],
            actor=request.user,
            answers=answers,
            remarks=sent.get("remarks", ""),
            why=sent.get("why", ""),
        )
        response = self._whole(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response

    @extend_schema(
        operation_id="dossiers_review",
        summary="Say that you looked at a dossier",
        request=None,
        responses=DossierInShortSerializer,
    )
    @action(detail=True, methods=["post"])
    def review(self, request: UserApiRequest, id: UUID) -> Response:
        """A second pair of eyes: who filled it in cannot, and only the latest; else a 409."""
        row = self.get_object()
        require(request.user, SEE, row.engagement.contact)
        with unchanged(row, request):
            services.review_dossier(dossier=row, actor=request.user)
        return self.read_again(row)

    def _whole(self, row: Dossier, *, status: int = 200) -> Response:
        return Response(DossierSerializer(row).data, status=status, headers={"ETag": etag_of(row)})


class QuestionnaireViewSet(RetrieveMixin, ListMixin[Questionnaire], ApiViewSet[Questionnaire]):
    """The versions of the questions of a dossier. They are changed in the browser."""

    scope_area: ClassVar[str] = "relationships"
    queryset = Questionnaire.objects.none()
    serializer_class = QuestionnaireSerializer

    def get_queryset(self) -> models.QuerySet[Questionnaire]:
        require(self.request.user, SEE)
        return Questionnaire.objects.exclude(published_at=None)
