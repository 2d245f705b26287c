// From the drafts of parameters, nested and conditional ones, to the space that they describe.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/core/search_space.h"
#include "server/core/sweep.h"
#include "server/spec/problem_list.h"
#include "server/spec/sweep_draft.h"

namespace sweepd {

// The space; nullopt after a report. Every mistake is reported, at its place. `method` is nullopt when it is not known.
std::optional<SearchSpace> ValidateSpace(const Field<std::vector<ParameterDraft>>& parameters,
                                         std::optional<Method> method, ProblemList& found);

// Names for ${NAME} in a command: flat names of the parameters, valid or not, and of the groups.
struct MacroNames {
  std::vector<std::string> all;
  std::vector<std::string> conditional;  // those that an assignment may leave out
};

MacroNames MacroNamesOf(const std::vector<ParameterDraft>& parameters);

}  // namespace sweepd
