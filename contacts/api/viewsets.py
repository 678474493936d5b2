import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.db.models import Prefetch
from django.db.models.functions import Lower
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.response import Response

from contacts.api.custom import CustomFieldSerializer
from contacts.api.duplicates import DuplicatesOfContact
from contacts.api.serializers import (
    ContactParameters,
    ContactSerializer,
    ExternalIdSerializer,
    UnitSerializer,
)
from contacts.api.skills import SkillsOfContact
from contacts.choices import Source
from contacts.exports.cards import card_of
from contacts.exports.resumes import resume_of
from contacts.models import (
    Contact,
    ContactSkill,
    CustomField,
    EmailAddress,
    ExternalId,
    OrgUnit,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
    Tag,
)
from contacts.models.access import visible_units
from contacts.models.contact import ContactQuerySet
from contacts.selectors.likely_same import likely_same
from contacts.selectors.persons import survivor_of
from contacts.services import match_profiles
from contacts.services.addresses import ExternalIdEntry, ExternalIdTaken
from contacts.services.contacts import NameMissing, create_contact, update_contact
from contacts.skill_query import found_by, read_values, with_skills
from core.api.errors import ExistsAlready
from core.api.etags import unchanged
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require

SYSTEM = OpenApiParameter(
    "system", str, OpenApiParameter.PATH, description="The other system, such as `ats`."
)
VALUE = OpenApiParameter(
    "value", str, OpenApiParameter.PATH, description="What that system calls the contact."
)


RESUME: Any = {"type": "object", "additionalProperties": {}}


class CardRenderer(BaseRenderer):
    media_type = "text/vcard"
    format = "vcf"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        """A problem, which has a type of its own, comes as JSON all the same."""
        return (data if isinstance(data, str) else json.dumps(data)).encode()


class ContactViewSet(
    SkillsOfContact,
    DuplicatesOfContact,
    RetrieveMixin,
    ListMixin[Contact],
    ApiViewSet[Contact],
):
    """The people that the token's user may see. Writing needs the right to do so for the unit that
    keeps the person. An id stays good after a merge: it answers as the contact that it was merged
    into, whose `id` is the one to keep.
    """

    scope_area = "contacts"
    queryset = Contact.objects.none()
    serializer_class = ContactSerializer
    parameters_class = ContactParameters

    def get_queryset(self) -> ContactQuerySet:
        return _with_all_parts(Contact.objects.visible_to(self.request.user).filter(erased_at=None))

    def narrow(self, queryset: ContactQuerySet, values: dict[str, Any]) -> ContactQuerySet:
        return _narrowed(queryset, values)

    def get_object(self) -> Contact:
        """Who the id names, or who they are since they were merged: old ids go on working."""
        contact: Contact = super().get_object()
        if contact.merged_into is None:
            return contact
        return get_object_or_404(self.get_queryset(), pk=survivor_of(contact).pk)

    def create(self, request: UserApiRequest) -> Response:
        """Add a contact. To avoid making one twice, send an `Idempotency-Key`, or use
        `PUT /contacts/by-external-id/…`. Who may be somebody we know already is told in
        `possible_duplicates`; they are never merged silently.
        """
        contact = self._create(self._checked(request))
        response = self.item(contact, status=201)
        response["Location"] = self.reverse_action("detail", args=[contact.uid])
        return response

    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """Change what is sent, and nothing else (merge patch, RFC 7396): null empties a field, a
        list replaces the whole list. The id of a contact that was merged stands for the one that
        it was merged into.
        """
        return self.item(self._update(self.get_object(), self._checked(request)))

    @extend_schema(
        operation_id="contacts_by_external_id_retrieve",
        summary="Read a contact by external id",
        parameters=[SYSTEM, VALUE],
    )
    @action(
        detail=False,
        url_path="by-external-id/<slug:system>/<path:value>",
        url_name="by-external-id",
        pagination_class=None,
    )
    def by_external_id(self, request: UserApiRequest, system: str, value: str) -> Response:
        """The contact that another system knows by this value."""
        return self.item(self._known_as(system, value))

    @extend_schema(
        operation_id="contacts_by_external_id_update",
        summary="Create or change a contact by external id",
        parameters=[SYSTEM, VALUE],
        responses={200: ContactSerializer, 201: OpenApiResponse(ContactSerializer, "Created")},
    )
    @by_external_id.mapping.put
    def put_by_external_id(self, request: UserApiRequest, system: str, value: str) -> Response:
        """Make the contact that your system knows by this value what you send: created if it is new
        (201), else changed (200). The fields you send are replaced; fields that your system does
        not know, and so does not send, stay as they are. Safe to repeat.
        """
        entry = _external_id(system, value)
        held = Contact.objects.filter(external_ids__system=system, external_ids__value=value)
        if not held.exists():
            try:
                with transaction.atomic():
                    created = self._create(_with_external_id(self._checked(request), entry))
                return self.item(created, status=201)
            except (ExternalIdTaken, IntegrityError):
                # Another request may have made them since we looked; else it is a true refusal.
                if not held.exists():
                    raise
        contact = self.get_queryset().filter(pk__in=held.values("pk")).first()
        if contact is None:
            # Someone whom the token's user may not see: they learn that the id is taken, no more.
            raise ExternalIdTaken(_("This external id is taken."))
        if request.headers.get("If-None-Match") == "*":
            raise ExistsAlready
        arguments = self._checked(request)
        if "external_ids" in arguments:
            arguments = _with_external_id(arguments, entry)
        return self.item(self._update(contact, arguments))

    @extend_schema(
        operation_id="contacts_by_external_id_partial_update",
        summary="Change a contact by external id",
        parameters=[SYSTEM, VALUE],
    )
    @by_external_id.mapping.patch
    def patch_by_external_id(self, request: UserApiRequest, system: str, value: str) -> Response:
        """As `PATCH /contacts/{id}`, for the contact that another system knows by this value."""
        return self.item(self._update(self._known_as(system, value), self._checked(request)))

    @extend_schema(
        operation_id="contacts_resume_retrieve",
        summary="Read a contact as JSON Resume",
        responses={200: OpenApiResponse(RESUME, "JSON Resume 1.0.0")},
    )
    @action(detail=True, pagination_class=None)
    def resume(self, request: UserApiRequest, id: UUID) -> Response:
        """The contact as JSON Resume 1.0.0 (jsonresume.org). What that has no place for stands
        under `meta.trm`.
        """
        return Response(resume_of(self.get_object(), request.user))

    @extend_schema(
        operation_id="contacts_vcard_retrieve",
        summary="Read a contact as vCard",
        responses={(200, "text/vcard"): OpenApiResponse(str, "vCard 4.0")},
    )
    @action(detail=True, pagination_class=None, renderer_classes=[CardRenderer, JSONRenderer])
    def vcard(self, request: UserApiRequest, id: UUID) -> Response:
        """The contact as vCard 4.0 (RFC 6350), as `text/vcard`."""
        name = f'attachment; filename="person-{id}.vcf"'
        headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
        return Response(card_of(self.get_object()), headers=headers)

    def _checked(self, request: UserApiRequest) -> dict[str, Any]:
        serializer = ContactSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return serializer.arguments()

    def _create(self, arguments: dict[str, Any]) -> Contact:
        user = self.request.user
        require(user, "contacts.change_contact", Contact(unit=arguments.get("unit")))
        with _name_problem_as_invalid():
            contact = create_contact(actor=user, source=Source.API, **arguments)
        shown = self._with_parts(contact)
        people = Contact.objects.visible_to(user).exclude(pk=contact.pk)
        facts = match_profiles.facts_by_contact([contact.pk])[contact.pk]
        shown.possible_duplicates = tuple(likely_same(people, facts))
        return shown

    def _update(self, contact: Contact, arguments: dict[str, Any]) -> Contact:
        user = self.request.user
        require(user, "contacts.change_contact", contact)
        if "unit" in arguments:
            require(user, "contacts.change_contact", Contact(unit=arguments["unit"]))
        with unchanged(contact, self.request), _name_problem_as_invalid():
            written = update_contact(
                contact=contact,
                actor=user,
                source=Source.API,
                source_detail=self.request.auth.name,
                yields=True,
                **arguments,
            )
        shown = self._with_parts(contact)
        shown.kept_fields = written.kept_fields
        return shown

    def _with_parts(self, contact: Contact) -> Contact:
        return _with_all_parts(Contact.objects.filter(pk=contact.pk)).get()

    def _known_as(self, system: str, value: str) -> Contact:
        if not ExternalIdSerializer(data={"system": system, "value": value}).is_valid():
            raise Http404
        known = ExternalId.objects.filter(system=system, value=value)
        contact = self.get_queryset().filter(pk__in=known.values("contact")).first()
        if contact is None:
            raise Http404
        return contact


class CustomFieldViewSet(RetrieveMixin, ListMixin[CustomField], ApiViewSet[CustomField]):
    """The organisation's own fields of a contact: what may stand in `custom_values`. The retired
    ones too.
    """

    scope_area = "contacts"
    queryset = CustomField.objects.none()
    serializer_class = CustomFieldSerializer

    def get_queryset(self) -> models.QuerySet[CustomField]:
        require(self.request.user, "contacts.view_contact")
        return CustomField.objects.all()


class UnitViewSet(RetrieveMixin, ListMixin[OrgUnit], ApiViewSet[OrgUnit]):
    """The parts of the own organisation whose people the token's user may see."""

    scope_area = "contacts"
    queryset = OrgUnit.objects.none()
    serializer_class = UnitSerializer

    def get_queryset(self) -> models.QuerySet[OrgUnit]:
        units = OrgUnit.objects.select_related("parent")
        unit_ids = visible_units(self.request.user, "contacts.view_contact")
        return units if unit_ids is None else units.filter(pk__in=unit_ids)


def _with_all_parts(queryset: ContactQuerySet) -> ContactQuerySet:
    """Everything one contact shows, in six queries for however many."""
    first_ahead = ("-is_primary", "pk")
    return queryset.select_related("unit", "merged_into").prefetch_related(
        Prefetch("email_addresses", EmailAddress.objects.order_by(*first_ahead)),
        Prefetch("phone_numbers", PhoneNumber.objects.order_by(*first_ahead)),
        Prefetch("postal_addresses", PostalAddress.objects.order_by(*first_ahead)),
        Prefetch("social_profiles", SocialProfile.objects.order_by("pk")),
        Prefetch("external_ids", ExternalId.objects.order_by("system", "value")),
        Prefetch("skills", ContactSkill.objects.select_related("skill").order_by("pk")),
        Prefetch("tags", Tag.objects.order_by("name")),
    )


def _narrowed(queryset: ContactQuerySet, values: dict[str, Any]) -> ContactQuerySet:
    queryset = _in_state(queryset, values["state"])
    if "q" in values:
        queryset = found_by(queryset, values["q"])
    if "email" in values:
        queryset = queryset.filter(pk__in=_holders_of(values["email"]))
    if "external_system" in values:
        systems = ExternalId.objects.filter(system=values["external_system"])
        queryset = queryset.filter(pk__in=systems.values("contact"))
    if "tag" in values:
        queryset = queryset.filter(tags__name=values["tag"])
    if "skill" in values:
        queryset = with_skills(queryset, read_values([values["skill"]]), today=timezone.localdate())
    if "unit" in values:
        roots = OrgUnit.objects.filter(uid=values["unit"]).values_list("pk", flat=True)
        queryset = queryset.filter(unit__in=OrgUnit.objects.within(list(roots)))
    return queryset


def _in_state(queryset: ContactQuerySet, state: str) -> ContactQuerySet:
    match state:
        case "active":
            return queryset.filter(archived_at=None, merged_into=None)
        case "archived":
            return queryset.filter(archived_at__isnull=False, merged_into=None)
        case "merged":
            return queryset.filter(merged_into__isnull=False)
    return queryset


def _holders_of(address: str) -> Any:
    # Lower, and not iexact: the index is on lower(address).
    folded = EmailAddress.objects.alias(folded=Lower("address"))
    return folded.filter(folded=address.strip().lower()).values("contact")


def _external_id(system: str, value: str) -> ExternalIdEntry:
    serializer = ExternalIdSerializer(data={"system": system, "value": value})
    serializer.is_valid(raise_exception=True)
    return ExternalIdEntry(**serializer.validated_data)


def _with_external_id(arguments: dict[str, Any], entry: ExternalIdEntry) -> dict[str, Any]:
    sent = arguments.get("external_ids", [])
    return {**arguments, "external_ids": sent if entry in sent else [*sent, entry]}


@contextmanager
def _name_problem_as_invalid() -> Iterator[None]:
    """A contact without a name is a body that is not valid, not a conflict."""
    try:
        yield
    except NameMissing as refusal:
        raise serializers.ValidationError(str(refusal), code=refusal.code) from refusal
