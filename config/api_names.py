"""What sets of choices are called in the API's document, where several things have an answer, a state or a kind."""

from arbitration.cases.decisions import KINDS
from arbitration.models import Attachment, Collision, EarlyWarning, PolicyDraft, Ruling, Simulation
from arbitration.sanctions import SanctionKind
from finance.models import Account, Entry, Export, PeriodEvent, StatementAnswer
from finance.reads.figures import Source
from finance.reads.statements import State
from leads.findings import REASONS
from leads.models import (
    Contact,
    Customer,
    DealChange,
    Ground,
    IdentityQuestion,
    ImportRun,
    InboundMessage,
    InboundSource,
    NumberLeave,
    Offer,
    Ownership,
    PersonRequest,
    Profile,
    Provision,
    Relation,
    Transfer,
)
from leads.models.register import Answer
from penalties.models import Accusation, AccusationStep, Reward, RewardStep, SanctionStep
from people.api.house import OUTSIDE
from people.events import POSTED
from people.hooks import EVENTS
from people.models import Provider, Robot, SignIn
from visits import paper
from visits.conduct import STATES
from visits.models import Conduct, Incident, Permission

REPORT_ANSWER, OFFER_ANSWER, QUESTION_ANSWER = Answer.values, Offer.Answer.values, IdentityQuestion.Answer.values
PROVIDER_KIND, SIGN_IN_WAY, AGENCY_KIND = Provider.Kind, SignIn.Way, OUTSIDE
ROBOT_KIND, ROBOT_EVENT, HOOK_EVENT = Robot.Kind, [*POSTED], [*EVENTS]
PERSON_REQUEST_KIND, PERSON_REQUEST_STATE = PersonRequest.Kind.values, PersonRequest.State.values
LEAVE_STATE, LEGAL_GROUND = NumberLeave.State.values, Ground.values
CONTACT_ANSWER, LEVEL, PROVISION_GROUND = Contact.Said, Profile.Level, Provision.Ground.values
TRANSFER_STATE, IMPORT_STATE, INBOUND_STATE = Transfer.State.values, ImportRun.State.values, InboundMessage.State.values
COLLISION_STATE = Collision.State.values
OWNERSHIP_REASON, QUESTION_REASON = Ownership.Reason.values, list(REASONS)
CUSTOMER_KIND, RELATION_KIND = Customer.Kind.values, Relation.Kind.values
IMPORT_KIND, RULING_KIND = ImportRun.Kind.values, Ruling.Kind.values
PERMISSION_KIND, CONDUCT_KIND, INCIDENT_KIND = Permission.Kind.values, Conduct.Kind.values, Incident.Kind.values
CONDUCT_STATE, PAPER_STATE, SOURCE_KIND = [*STATES], [*paper.STATES], InboundSource.Kind.values
DECISION_KIND, FILE_KIND = KINDS, Attachment.Kind.values
DRAFT_STATE, SIMULATION_STATE = PolicyDraft.State.values, Simulation.State.values
INCIDENT_CAUSE, WARNING_CAUSE = Incident.Cause.values, EarlyWarning.Cause.values
DEAL_CHANGE_KIND = DealChange.Kind.values
EXPORT_KIND, EXPORT_FORM = Export.Kind.values, Export.Form.values
PERIOD_EVENT_KIND, ENTRY_KIND, STATEMENT_STATE = PeriodEvent.Kind.values, Entry.Kind.values, State.values
SAID_KIND, ANSWER_KIND = StatementAnswer.Kind.values, ["confirm", "question"]
ACCOUNT_KIND, SPLIT_SOURCE = Account.Kind.values, Source.values
SANCTION_KIND, SANCTION_STEP, REWARD_KIND = SanctionKind.values, SanctionStep.Kind.values, Reward.Kind.values
ACCUSATION_KIND, ACCUSATION_STEP, REWARD_STEP = (
    Accusation.Kind.values,
    AccusationStep.Kind.values,
    RewardStep.Kind.values,
)
ACCUSATION_FOUND = ["established", "dismissed", "withdrawn"]
