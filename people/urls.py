"""People: coming and going, the inbox, who works here."""

from django.urls import path

from people.api import docs
from people.api import handing_over as api_leaving
from people.api import work as api
from people.views import (
    audit,
    calendar,
    channels,
    handing_over,
    importing,
    inbox,
    jobs,
    joining,
    login,
    notices,
    organisation,
    passwords,
    people,
    projects,
    second_factor,
    session,
    setup,
    tokens,
    work,
)

urlpatterns = [
    # coming and going
    path("", session.landing, name="landing"),
    path("login", login.login, name="login"),
    path("login/code", login.login_code, name="login_code"),
    path("confirm", login.confirm, name="confirm"),
    path("logout", session.logout, name="logout"),
    path("account", session.account, name="account"),
    path("account/second-factor", second_factor.second_factor, name="second_factor"),
    path("account/second-factor/begin", second_factor.second_factor_begin, name="second_factor_begin"),
    path("account/second-factor/confirm", second_factor.second_factor_confirm, name="second_factor_confirm"),
    path("account/second-factor/codes", second_factor.second_factor_codes, name="second_factor_codes"),
    path("account/second-factor/off", second_factor.second_factor_off, name="second_factor_off"),
    path("account/notices", notices.notices, name="notices"),
    path("account/address", notices.notices_address, name="notices_address"),
    path("account/tokens", tokens.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke", tokens.token_revoke, name="token_revoke"),
    path("language", session.language, name="language"),
    path("project", session.choose_project, name="choose_project"),
    path("account/password", passwords.password, name="password"),
    # without a password yet, or any more
    path("join/<str:token>", joining.invitation, name="join"),
    path("join", joining.join_as, name="join_as"),
    path("forgot", passwords.forgot, name="forgot"),
    path("forgot/sent", passwords.forgot_sent, name="forgot_sent"),
    path("reset/<str:token>", passwords.reset, name="reset"),
    path("reset", passwords.reset_password, name="reset_password"),
    # setting up, from nothing
    path("setup", setup.setup, name="setup"),
    path("setup/first", setup.setup_first, name="setup_first"),
    path("setup/project", setup.setup_project, name="setup_project"),
    path("setup/people", setup.setup_people, name="setup_people"),
    # 消息
    path("inbox", inbox.inbox, name="inbox"),
    path("inbox/badge", inbox.badge, name="inbox_badge"),
    path("inbox/<int:pk>", inbox.message, name="message"),
    path("inbox/<int:pk>/done", inbox.message_done, name="message_done"),
    # 例行工作
    path("work", work.work, name="work"),
    path("work/ack", work.work_ack, name="work_ack"),
    path("work/<int:pk>", work.work_item, name="work_item"),
    path("work/<int:pk>/done", work.work_done, name="work_done"),
    path("settings/routines", work.settings_routines, name="settings_routines"),
    # 离职交接
    path("handovers", handing_over.handovers, name="handovers"),
    path("handovers/new", handing_over.handover_new, name="handover_new"),
    path("handovers/open", handing_over.handover_open, name="handover_open"),
    path("handovers/<str:no>", handing_over.handover, name="handover"),
    path("handovers/<str:no>/books", handing_over.handover_books, name="handover_books"),
    path("handovers/<str:no>/sign", handing_over.handover_sign, name="handover_sign"),
    path("handovers/<str:no>/archive", handing_over.handover_archive, name="handover_archive"),
    path("handovers/<str:no>/withdraw", handing_over.handover_withdraw, name="handover_withdraw"),
    # what happened
    path("audit", audit.audit, name="audit"),
    # 设置 → 公司, 项目, 案场, 团队, 分销公司
    path("settings/company", organisation.company, name="settings_company"),
    path("settings/projects", projects.projects, name="settings_projects"),
    path("settings/projects/<slug:code>", projects.project, name="settings_projects_edit"),
    path("settings/projects/<slug:code>/close", projects.project_close, name="settings_projects_close"),
    path("settings/projects/<slug:code>/reopen", projects.project_reopen, name="settings_projects_reopen"),
    path("settings/sites", projects.sites, name="settings_sites"),
    path("settings/sites/<int:pk>", projects.site, name="settings_sites_edit"),
    path("settings/sites/<int:pk>/close", projects.site_close, name="settings_sites_close"),
    path("settings/sites/<int:pk>/reopen", projects.site_reopen, name="settings_sites_reopen"),
    path("settings/teams", organisation.teams, name="settings_teams"),
    path("settings/teams/<int:pk>", organisation.team, name="settings_teams_edit"),
    path("settings/teams/<int:pk>/close", organisation.team_close, name="settings_teams_close"),
    path("settings/teams/<int:pk>/reopen", organisation.team_reopen, name="settings_teams_reopen"),
    path("settings/agencies", organisation.agencies, name="settings_agencies"),
    path("settings/agencies/<int:pk>", organisation.agency, name="settings_agencies_edit"),
    path("settings/agencies/<int:pk>/close", organisation.agency_close, name="settings_agencies_close"),
    path("settings/agencies/<int:pk>/reopen", organisation.agency_reopen, name="settings_agencies_reopen"),
    # 设置 → 人员
    path("settings/people", people.people, name="settings_people"),
    path("settings/people/new", people.person_new, name="settings_people_new"),
    path("settings/people/<int:pk>", people.person, name="settings_people_edit"),
    path("settings/people/<int:pk>/roles", people.role_add, name="settings_people_role_add"),
    path("settings/people/<int:pk>/roles/<int:role>/team", people.role_move, name="settings_people_role_move"),
    path("settings/people/<int:pk>/roles/<int:role>/end", people.role_end, name="settings_people_role_end"),
    path("settings/people/<int:pk>/deactivate", people.person_deactivate, name="settings_people_deactivate"),
    path("settings/people/<int:pk>/reactivate", people.person_reactivate, name="settings_people_reactivate"),
    path("settings/people/import", importing.people_import, name="settings_people_import"),
    path(
        "settings/people/import/template.xlsx", importing.people_import_template, name="settings_people_import_template"
    ),
    path("settings/people/import/do", importing.people_import_do, name="settings_people_import_do"),
    path("settings/people/import/errors.xlsx", importing.people_import_errors, name="settings_people_import_errors"),
    path("settings/people/imported/<uuid:key>", importing.people_imported, name="settings_people_imported"),
    # 设置 → 渠道
    path("settings/channels", channels.channels, name="settings_channels"),
    path("settings/channels/try", channels.channels_try, name="settings_channels_try"),
    # 设置 → 任务
    path("settings/jobs", jobs.jobs, name="settings_jobs"),
    path("settings/jobs/<uuid:pk>/again", jobs.job_again, name="settings_jobs_again"),
    path("settings/jobs/<uuid:pk>/drop", jobs.job_drop, name="settings_jobs_drop"),
    path("settings/jobs/letters/<int:pk>/again", jobs.letter_again, name="settings_jobs_letter"),
    path("settings/jobs/letters/again", jobs.letters_again, name="settings_jobs_letters"),
    path("settings/people/<int:pk>/link", joining.settings_person_link, name="settings_person_link"),
    # 设置 → 日历
    path("settings/calendar", calendar.calendar, name="settings_calendar"),
    path("settings/calendar/undo", calendar.calendar_undo, name="settings_calendar_undo"),
    # 设置 → 人员: for somebody who lost their telephone
    path("settings/people/<int:pk>/second-factor", second_factor.settings_person_factor, name="settings_person_factor"),
]

# the API: its own description, periodic work, leaving
api_urlpatterns = [
    path("docs", docs.docs, name="api_docs"),
    path("v1/schema", docs.SchemaDocument.as_view(), name="api_schema"),
    path("v1/routines", api.Routines.as_view(), name="api_routines"),
    path("v1/routines/<int:pk>", api.RoutineById.as_view(), name="api_routine"),
    path("v1/routines/<int:pk>/done", api.RoutineDone.as_view(), name="api_routine_done"),
    path("v1/acknowledgements", api.Acknowledgements.as_view(), name="api_acknowledgements"),
    path("v1/handovers", api_leaving.HandOvers.as_view(), name="api_handovers"),
    path("v1/handovers/<str:no>", api_leaving.HandOverByNumber.as_view(), name="api_handover"),
    path("v1/handovers/<str:no>/books", api_leaving.HandOverBooks.as_view(), name="api_handover_books"),
    path("v1/handovers/<str:no>/sign", api_leaving.HandOverSign.as_view(), name="api_handover_sign"),
    path("v1/handovers/<str:no>/archive", api_leaving.HandOverArchive.as_view(), name="api_handover_archive"),
    path("v1/handovers/<str:no>/withdraw", api_leaving.HandOverWithdraw.as_view(), name="api_handover_withdraw"),
]
