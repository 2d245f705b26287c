// The suggestions of methods that look at history: which one is ready, and which one is being computed.
//
// A suggestion is taken into a sweep only if it was made from the history that the sweep has at that moment. So the
// order of a sweep's events alone determines its suggestions, however early or late each was computed, and one that is
// computed ahead is the same as one that is computed on demand. Every change of a history gives it a new version; a
// version is never used twice, not even when the change was undone or the sweep forgotten.
//
// In memory alone: what is lost here is computed again. It knows the sweeps that an agent has asked and no others.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "server/engine/suggestion.h"

namespace sweepd {

// Since the start.
struct SuggestionCounters {
  int64_t ready = 0;      // handed out without that an agent had to wait for its computation
  int64_t on_demand = 0;  // handed out after an agent had waited for it
  int64_t discarded = 0;  // computed, and never handed out, because the history had changed
};

// Used by the engine thread alone, ReadCounters apart.
class ReadySuggestions {
 public:
  enum class Purpose { kDemand, kAhead };

  struct Taken {
    Suggestion suggestion;
    bool waited_for = false;  // an agent had to wait for it
  };

  // An agent asks: the suggestion for the history as it is, which is handed over; nullopt when it is yet to be
  // computed.
  std::optional<Taken> Take(const std::string& sweep_id);

  // The history of the sweep, or the spec that it is judged by, has changed.
  void NoteChange(const std::string& sweep_id);

  // The job to start; null when one of the sweep is under way (which is hurried, on demand), when the suggestion is
  // ready, and for kAhead also when it was computed once for this history already, or when those before went unclaimed.
  std::shared_ptr<SuggestionJob> Begin(const std::string& sweep_id, Purpose purpose);

  // Takes the result of a job. It is dropped when the history has changed meanwhile, or could not be read and nobody
  // waits.
  void Accept(Suggestion suggestion);

  // The suggestion that was taken is in a sweep.
  void CountTaken(bool waited_for);

  // Whether an agent has asked the sweep.
  bool Knows(const std::string& sweep_id) const { return sweeps_.contains(sweep_id); }

  // The sweep is over.
  void Forget(const std::string& sweep_id) { sweeps_.erase(sweep_id); }

  // Thread-safe.
  SuggestionCounters ReadCounters() const;

 private:
  struct State {
    int64_t version = 0;
    std::optional<Suggestion> ready;
    std::weak_ptr<SuggestionJob> under_way;
    int64_t begun = 0;     // the version for which a job was last begun
    bool awaited = false;  // an agent was told to wait for the next suggestion
    int unclaimed = 0;     // computed and discarded since an agent last asked
  };

  void Discard(State& state);

  std::map<std::string, State> sweeps_;
  int64_t last_version_ = 0;
  std::atomic<int64_t> taken_ready_ = 0;
  std::atomic<int64_t> taken_on_demand_ = 0;
  std::atomic<int64_t> discarded_ = 0;
};

}  // namespace sweepd
