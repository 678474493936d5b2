from django import template

from campaigns.merge_tags import readable

register = template.Library()
register.filter("readable", readable)
