#include "tests/simulation/answer_checks.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "server/core/errors.h"

namespace sweepd::simulation {
namespace {

std::string NameOf(const LeaseRef& lease) {
  return absl::StrCat("trial ", lease.trial.number, " of ", lease.trial.sweep_id, ", attempt ", lease.attempt);
}

bool IsLeaseLost(const absl::Status& status) { return ReasonOf(status) == "LEASE_LOST"; }

}  // namespace

LeaseView AnswerChecks::ViewOf(const LeaseRef& lease) {
  SweepHistory* sweep = watcher_.Find(lease.trial.sweep_id);
  const SweepHistory::TrialRecord* trial = sweep == nullptr ? nullptr : sweep->Find(lease.trial.number);
  if (trial == nullptr) return {};
  return {true, trial->state == TrialState::kRunning || trial->state == TrialState::kLost, trial->attempt,
          trial->to_stop == lease.attempt};
}

bool AnswerChecks::WasGivenBack(const LeaseRef& lease) {
  SweepHistory* sweep = watcher_.Find(lease.trial.sweep_id);
  const SweepHistory::TrialRecord* trial = sweep == nullptr ? nullptr : sweep->Find(lease.trial.number);
  return trial != nullptr && trial->given_back.contains(lease.attempt);
}

void AnswerChecks::OnStatus(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kNotFound: break;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      if (scene_.faulty) break;
      [[fallthrough]];
    default: return scene_.Violate(absl::StrCat("an answer that nothing explains: ", status.ToString()));
  }
  const bool refused = absl::IsFailedPrecondition(status) || absl::IsNotFound(status);
  if (refused && ReasonOf(status).empty())
    scene_.Violate(absl::StrCat("a refusal without reason: ", status.ToString()));
  if (ReasonOf(status) == "AGENT_NOT_FOUND") scene_.Violate("a registered agent is unknown");
}

void AnswerChecks::OnRegister(const NewAgent& request, const absl::StatusOr<Agent>& answer) {
  OnStatus(answer.status());
  if (!answer.ok()) return;
  const auto [known, fresh] = history_.registered.emplace(request.request_id, answer->id);
  if (!fresh) scene_.coverage.Note(Interest::kDuplicateRequestSuppressed);
  if (known->second != answer->id) scene_.Violate("one registration was answered with two agents");
}

void AnswerChecks::OnTrialRequest(const TrialRequest& request, bool abandoned, bool held,
                                  const absl::StatusOr<TrialAnswer>& answer) {
  OnStatus(answer.status());
  if (absl::IsCancelled(answer.status())) scene_.coverage.Note(Interest::kHeldRequestAbandoned);
  if (!answer.ok()) return;
  if (const auto* grant = std::get_if<LeaseGrant>(&*answer)) return OnGrant(request, abandoned, held, *grant);
  if (const auto* wait = std::get_if<WaitAnswer>(&*answer)) {
    scene_.trace.Add("  wait: ", wait->detail);
    if (wait->reason == WaitReason::kBayesSerial) scene_.coverage.Note(Interest::kBayesSerialWait);
    if (wait->reason == WaitReason::kMaxParallel) scene_.coverage.Note(Interest::kMaxParallelWait);
  }
}

void AnswerChecks::OnGrant(const TrialRequest& request, bool abandoned, bool held, const LeaseGrant& grant) {
  if (abandoned) scene_.Violate(absl::StrCat(NameOf(grant.ref), " was leased to nobody"));
  const LeaseView now = ViewOf(grant.ref);
  if (now.attempt < grant.ref.attempt) scene_.Violate(absl::StrCat(NameOf(grant.ref), " is not stored"));
  const History::RunKey run{grant.ref.trial, grant.ref.attempt};
  const auto [known, fresh] = history_.granted.emplace(std::pair(request.agent_id, request.request_id), run);
  if (!fresh && watcher_.Find(known->second.first.sweep_id) == nullptr) {
    known->second = run;  // The answer went with its sweep, which was deleted.
  } else if (fresh) {
    if (held) scene_.coverage.Note(Interest::kHeldRequestAnsweredByAnother);
  } else {
    scene_.coverage.Note(Interest::kTrialRequestRepeated);
    scene_.coverage.Note(Interest::kDuplicateRequestSuppressed);
    if (known->second != run)
      scene_.Violate(absl::StrCat("one request got two leases, the second ", NameOf(grant.ref)));
  }
}

void AnswerChecks::CheckLeaseAnswer(const LeaseRef& lease, bool forged, const LeaseView& before,
                                    const absl::Status& status) {
  if (status.ok()) {
    if (forged) scene_.Violate(absl::StrCat("a forged lease was accepted: ", NameOf(lease)));
    if (before.known && lease.attempt < before.attempt) {
      scene_.Violate(absl::StrCat("a zombie was accepted: ", NameOf(lease)));
    }
    watcher_.NoteExtended(lease.trial, lease.attempt);
    return;
  }
  if (!IsLeaseLost(status)) return;
  if (forged) return scene_.coverage.Note(Interest::kForgedLeaseRefused);
  const LeaseView after = ViewOf(lease);
  if (before.known && lease.attempt < before.attempt) scene_.coverage.Note(Interest::kZombieRefused);
  if (before.live && after.live && before.attempt == lease.attempt && after.attempt == lease.attempt) {
    scene_.Violate(absl::StrCat("the rightful holder was refused: ", NameOf(lease)));
  }
}

void AnswerChecks::CheckDirective(const LeaseRef& lease, const LeaseView& before, Directive directive) {
  if (before.to_stop && directive == Directive::kContinue) {
    scene_.Violate(absl::StrCat(NameOf(lease), " was to stop early and is told to go on"));
  }
  if (directive != Directive::kStop) return;
  const LeaseView after = ViewOf(lease);
  if (after.known && !after.to_stop)
    scene_.Violate(absl::StrCat(NameOf(lease), " is told to stop, which is not stored"));
}

void AnswerChecks::OnReport(const LeaseRef& lease, bool forged, const LeaseView& before,
                            const std::vector<MetricReport>& reports, const absl::StatusOr<ReportAnswer>& answer) {
  OnStatus(answer.status());
  CheckLeaseAnswer(lease, forged, before, answer.status());
  int64_t& acked = acked_[{lease.trial, lease.attempt}];
  if (ReasonOf(answer.status()) == "SEQUENCE_GAP") {
    scene_.coverage.Note(Interest::kSequenceGap);
    const int64_t expected = ExpectedSequenceOf(answer.status());
    if (expected <= acked) scene_.Violate(absl::StrCat(NameOf(lease), ": acknowledged reports are asked for again"));
    if (reports.front().sequence <= expected) scene_.Violate(absl::StrCat(NameOf(lease), ": there is no gap"));
  }
  if (!answer.ok()) return;
  CheckDirective(lease, before, answer->directive);
  if (reports.back().sequence <= acked) scene_.coverage.Note(Interest::kDuplicateReportDropped);
  if (answer->acked_sequence < std::max(acked, reports.back().sequence)) {
    scene_.Violate(absl::StrCat(NameOf(lease), ": accepted reports are not acknowledged"));
  }
  acked = answer->acked_sequence;
}

void AnswerChecks::OnHeartbeat(const std::vector<LeaseRef>& leases, const std::vector<LeaseView>& before,
                               const absl::StatusOr<std::vector<Directive>>& answer) {
  OnStatus(answer.status());
  if (!answer.ok()) return;
  if (answer->size() != leases.size()) return scene_.Violate("a heartbeat got the wrong number of directives");
  for (size_t i = 0; i < leases.size(); ++i) {
    const bool lost = (*answer)[i] == Directive::kLeaseLost || (*answer)[i] == Directive::kCancel;
    const absl::Status status = lost ? LeaseLost(leases[i].trial, leases[i].attempt) : absl::OkStatus();
    CheckLeaseAnswer(leases[i], false, before[i], status);
    CheckDirective(leases[i], before[i], (*answer)[i]);
  }
}

void AnswerChecks::OnFinish(const FinishReport& report, bool forged, const LeaseView& before,
                            const absl::StatusOr<FinishAnswer>& answer) {
  OnStatus(answer.status());
  if (ReasonOf(answer.status()) == "SEQUENCE_GAP") scene_.coverage.Note(Interest::kSequenceGap);
  const History::RunKey run{report.lease.trial, report.lease.attempt};
  const auto earlier = history_.finished.find(run);
  // The stored answer is given again, also when the trial has gone on since.
  const bool ended_before = earlier != history_.finished.end() || WasGivenBack(report.lease);
  if (!ended_before || !answer.ok() || forged) {
    CheckLeaseAnswer(report.lease, forged, before, answer.status());
  }
  if (earlier != history_.finished.end() && IsLeaseLost(answer.status()) && !forged && ViewOf(report.lease).known) {
    scene_.Violate(absl::StrCat(NameOf(report.lease), " has an end, but a repeated call is not told"));
  }
  if (!answer.ok()) return;
  if (before.to_stop && answer->state != TrialState::kStopped) {
    scene_.Violate(
        absl::StrCat(NameOf(report.lease), " was to stop early and is ", std::string(TrialStateName(answer->state))));
  }
  if (earlier == history_.finished.end()) {
    history_.finished.emplace(run, *answer);
    scene_.coverage.Note(Interest::kPreempted, answer->reason == TrialReason::kPreempted);
    scene_.coverage.Note(Interest::kBadMetric, answer->reason == TrialReason::kBadMetric);
    scene_.coverage.Note(Interest::kNoMetric, answer->reason == TrialReason::kNoMetric);
    return;
  }
  scene_.coverage.Note(Interest::kDuplicateFinishAnswered);
  if (earlier->second.state == answer->state && earlier->second.reason == answer->reason) return;
  scene_.Violate(absl::StrCat(NameOf(report.lease), " ended as ", std::string(TrialStateName(earlier->second.state)),
                              " ", std::string(TrialReasonName(earlier->second.reason)), " and then as ",
                              std::string(TrialStateName(answer->state)), " ",
                              std::string(TrialReasonName(answer->reason))));
}

void AnswerChecks::OnCreate(const NewSweep& request, bool reused, const absl::StatusOr<SweepView>& answer) {
  if (absl::IsInvalidArgument(answer.status()) && reused) {
    return scene_.coverage.Note(Interest::kRequestIdReuseRefused);
  }
  OnView(answer);
  if (!answer.ok()) return;
  if (answer->sweep.spec->name != request.spec.name) scene_.Violate("a sweep was answered to another's request");
  const auto [known, fresh] = created_.emplace(request.request_id, answer->sweep.id);
  if (!fresh) scene_.coverage.Note(Interest::kDuplicateRequestSuppressed);
  if (known->second != answer->sweep.id) scene_.Violate("one request made two sweeps");
}

void AnswerChecks::OnView(const absl::StatusOr<SweepView>& answer) {
  OnStatus(answer.status());
  if (!answer.ok()) return;
  const SweepHistory::Moment* moment = FindMoment(answer->sweep);
  const int64_t best = answer->best.has_value() ? answer->best->key.number : 0;
  if (moment == nullptr || moment->best == best) return;
  scene_.Violate(absl::StrCat("sweep ", answer->sweep.id, " has best trial ", moment->best, ", not ", best));
}

void AnswerChecks::OnSweep(const Sweep& sweep) { FindMoment(sweep); }

const SweepHistory::Moment* AnswerChecks::FindMoment(const Sweep& sweep) {
  SweepHistory* seen = watcher_.Find(sweep.id);
  if (seen == nullptr) {
    // It may have been deleted in the same batch.
    if (!history_.delete_requested.contains(sweep.id)) {
      scene_.Violate(absl::StrCat("sweep ", sweep.id, " is not stored"));
    }
    return nullptr;
  }
  if (sweep.revision > seen->revision()) {
    scene_.Violate(absl::StrCat("sweep ", sweep.id, " was answered at a revision that is not stored"));
    return nullptr;
  }
  const SweepHistory::Moment& moment = seen->MomentOf(sweep.revision);
  if (moment.state == sweep.state && moment.counts == sweep.counts) return &moment;
  scene_.Violate(absl::StrCat("sweep ", sweep.id, " was answered as it never was at revision ", sweep.revision));
  return nullptr;
}

}  // namespace sweepd::simulation
