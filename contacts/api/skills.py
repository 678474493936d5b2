"""Skills in the API: the catalogue, and those of one contact."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from contacts.api.serializers import ContactSerializer
from contacts.api.skill_serializers import (
    NamedSkillSerializer,
    SkillParameters,
    SkillSerializer,
    WrittenSkillSerializer,
)
from contacts.models import Contact, ContactSkill, Skill
from contacts.selectors.skills import skills_named
from contacts.services.skill_catalogue import create_skill, named_skills
from contacts.services.skills import SkillEntry, put_skills, remove_skills
from core.api.errors import ExistsAlready
from core.api.etags import unchanged
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require

CHANGE = "contacts.change_contact"


class SkillsOfContact:
    """What can be done with the skills of one contact. All answer the contact."""

    @extend_schema(
        operation_id="contacts_skills_create",
        summary="Give a contact a skill by name",
        request=NamedSkillSerializer,
        responses=ContactSerializer,
    )
    @action(detail=True, methods=["post"], url_path="skills", url_name="skills")
    def give_skill(self: Any, request: UserApiRequest, id: UUID) -> Response:
        """Added, or replaced where they have it: `JS` and `JavaScript` are one skill."""
        contact = self.get_object()
        require(request.user, CHANGE, contact)
        serializer = NamedSkillSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        values = dict(serializer.validated_data)
        named = named_skills(wanted=[values.pop("name")], actor=request.user)
        if not named:
            message = _("This is no name.")
            raise serializers.ValidationError({"name": message}, code="invalid")
        answer: Response = self._put_skill(contact, next(iter(named.values())), values)
        return answer

    @extend_schema(
        operation_id="contacts_skills_update",
        summary="Give a contact a skill",
        request=WrittenSkillSerializer,
        responses=ContactSerializer,
    )
    @action(detail=True, methods=["put"], url_path="skills/<uuid:skill>", url_name="skill")
    def put_skill(self: Any, request: UserApiRequest, id: UUID, skill: UUID) -> Response:
        """Added, or replaced where they have it; safe to repeat. See `/skills` for the ids."""
        contact = self.get_object()
        require(request.user, CHANGE, contact)
        named = _skill(skill)
        serializer = WrittenSkillSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        held = ContactSkill.objects.filter(contact=contact, skill=named)
        if request.headers.get("If-None-Match") == "*" and held.exists():
            raise ExistsAlready
        answer: Response = self._put_skill(contact, named, serializer.validated_data)
        return answer

    @extend_schema(
        operation_id="contacts_skills_destroy",
        summary="Take a skill from a contact",
        request=None,
        responses={200: ContactSerializer},
    )
    @put_skill.mapping.delete
    def take_skill(self: Any, request: UserApiRequest, id: UUID, skill: UUID) -> Response:
        """Safe to repeat: nothing happens where they do not have it."""
        contact = self.get_object()
        require(request.user, CHANGE, contact)
        held = ContactSkill.objects.filter(contact=contact, skill=_skill(skill))
        with unchanged(contact, request):
            remove_skills(skills=list(held), actor=request.user)
        answer: Response = self.item(self._with_parts(contact))
        return answer

    def _put_skill(self: Any, contact: Contact, skill: Skill, values: dict[str, Any]) -> Response:
        entry = SkillEntry(contact_id=contact.pk, skill=skill, **values)
        with unchanged(contact, self.request):
            put_skills(entries=[entry], actor=self.request.user)
        answer: Response = self.item(self._with_parts(contact))
        return answer


def _skill(uid: UUID) -> Skill:
    found = get_object_or_404(Skill.objects.select_related("merged_into"), uid=uid)
    return found.merged_into or found


class SkillViewSet(RetrieveMixin, ListMixin[Skill], ApiViewSet[Skill]):
    """What people can do, and what it is called."""

    scope_area: ClassVar[str] = "contacts"
    queryset = Skill.objects.none()
    serializer_class = SkillSerializer
    parameters_class = SkillParameters

    def get_queryset(self) -> models.QuerySet[Skill]:
        return Skill.objects.select_related("merged_into").prefetch_related("names")

    def narrow(
        self, queryset: models.QuerySet[Skill], values: dict[str, Any]
    ) -> models.QuerySet[Skill]:
        if "q" in values:
            return queryset.filter(pk__in=skills_named(values["q"]))
        return queryset

    def create(self, request: UserApiRequest) -> Response:
        """Add a skill to the catalogue. A name that another skill has is a 409."""
        require(request.user, CHANGE)
        serializer = SkillSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        made = create_skill(actor=request.user, **serializer.validated_data)
        response = self.item(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response
