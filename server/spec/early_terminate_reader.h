// early_terminate in a sweep file, and by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/core/early_terminate.h"
#include "server/spec/document.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// A map. Reports what is unknown and what is of another type, and leaves the field faulty then.
void ReadEarlyTerminate(const DocumentMember& member, const std::string& path, ProblemList& found,
                        Field<EarlyTerminateDraft>& field);

// The rule that the text of such a map stands for, with the checks of a sweep file. nullopt exactly when there are
// problems; `name` is only used in them. Pure; thread-safe.
std::optional<EarlyTerminate> ParseEarlyTerminate(absl::string_view name, absl::string_view text,
                                                  std::vector<Problem>& problems);

}  // namespace sweepd
