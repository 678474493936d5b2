from django.urls import path

from campaigns.views import (
    audience,
    campaign,
    campaigns,
    people,
    problems,
    states,
    steps,
    taking_in,
)

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", campaigns.campaigns, name="campaigns"),
    path("campaigns/new/", campaigns.new, name="new"),
    path("campaigns/enrolments/<uuid:uid>/stop/", people.stop, name="stop"),
    path("people/<uuid:uid>/campaigns/new/", taking_in.take_in, name="take-in"),
    path("campaigns/<uuid:uid>/", campaign.campaign, name="campaign"),
    path("campaigns/<uuid:uid>/edit/", campaigns.edit, name="edit"),
    path("campaigns/<uuid:uid>/delete/", states.delete, name="delete"),
    path("campaigns/<uuid:uid>/audience/", audience.choose, name="audience"),
    path("campaigns/<uuid:uid>/preview/", audience.preview, name="preview"),
    path("campaigns/<uuid:uid>/start/", states.start, name="start"),
    path("campaigns/<uuid:uid>/pause/", states.pause, name="pause"),
    path("campaigns/<uuid:uid>/resume/", states.resume, name="resume"),
    path("campaigns/<uuid:uid>/end/", states.end, name="end"),
    path("campaigns/<uuid:uid>/people/", people.people, name="people"),
    path("campaigns/<uuid:uid>/problems/", problems.problems, name="problems"),
    path("campaigns/<uuid:uid>/steps/new/<slug:action>/", steps.new, name="step-new"),
    path("campaigns/<uuid:uid>/steps/trial/<slug:action>/", steps.trial, name="step-trial"),
    path("campaigns/<uuid:uid>/steps/<uuid:step_uid>/", steps.edit, name="step"),
    path("campaigns/<uuid:uid>/steps/<uuid:step_uid>/move/", steps.move, name="step-move"),
    path("campaigns/<uuid:uid>/steps/<uuid:step_uid>/remove/", steps.remove, name="step-remove"),
]
