#include "common/closest_word.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"

namespace sweepd {
namespace {

// Longer words are not words; the table of distances would be large.
constexpr size_t kMaxWordBytes = 100;

}  // namespace

int EditDistance(absl::string_view a, absl::string_view b) {
  // Three rows of the table: two back, previous, current.
  std::vector<int> before(b.size() + 1);
  std::vector<int> previous(b.size() + 1);
  std::vector<int> current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = static_cast<int>(i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const int substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before[j - 2] + 1);
      }
    }
    std::swap(before, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::string ClosestWord(absl::string_view word, const std::vector<std::string>& candidates) {
  if (word.size() > kMaxWordBytes) return "";
  const std::string lower = absl::AsciiStrToLower(word);
  int best_distance = std::max(1, static_cast<int>(word.size()) / 3) + 1;
  std::string best;
  for (const std::string& candidate : candidates) {
    // The lengths alone are this far apart.
    const int gap = std::abs(static_cast<int>(candidate.size()) - static_cast<int>(word.size()));
    if (gap >= best_distance) continue;
    const int distance = EditDistance(lower, absl::AsciiStrToLower(candidate));
    // Words that share no character are not near, however short they are.
    const bool share_any = distance < static_cast<int>(std::max(candidate.size(), word.size()));
    if (share_any && distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace sweepd
