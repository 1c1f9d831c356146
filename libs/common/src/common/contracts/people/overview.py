"""What people see first when they come in."""

from __future__ import annotations

from common.contracts.base import Page, View
from common.contracts.people.history import TimelineEntryView
from common.contracts.people.identity import AccountView
from common.contracts.people.preferences import PreferencesView


class OverviewView(View):
    """My account, what I prefer and need, and the newest of what happened; `timeline.next` goes on at `/me/timeline`."""

    account: AccountView
    preferences: PreferencesView
    timeline: Page[TimelineEntryView]
