// Where a Store is between Begin and Commit, so that every backend refuses the same calls out of order.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace sweepd {

// Each function checks the step and, when it is allowed, takes it; FAILED_PRECONDITION otherwise.
class TransactionPhase {
 public:
  absl::Status Begin() { return Move(Phase::kNone, Phase::kOpen, "Begin"); }
  absl::Status Savepoint() { return Move(Phase::kOpen, Phase::kSavepoint, "Savepoint"); }
  absl::Status CloseSavepoint() { return Move(Phase::kSavepoint, Phase::kOpen, "closing a savepoint"); }
  absl::Status Commit() { return Move(Phase::kOpen, Phase::kNone, "Commit"); }
  void Rollback() { phase_ = Phase::kNone; }

  bool open() const { return phase_ != Phase::kNone; }

  absl::Status RequireOpen() const {
    return open() ? absl::OkStatus() : absl::FailedPreconditionError("changes need a transaction: call Begin first");
  }

 private:
  enum class Phase { kNone, kOpen, kSavepoint };

  static absl::string_view NameOf(Phase phase) {
    switch (phase) {
      case Phase::kNone: return "outside a transaction";
      case Phase::kOpen: return "inside a transaction";
      case Phase::kSavepoint: return "inside a savepoint";
    }
    return "";
  }

  absl::Status Move(Phase from, Phase to, absl::string_view step) {
    if (phase_ != from) {
      return absl::FailedPreconditionError(absl::StrCat(step, " is not allowed ", NameOf(phase_)));
    }
    phase_ = to;
    return absl::OkStatus();
  }

  Phase phase_ = Phase::kNone;
};

}  // namespace sweepd
