#include "common/line_pattern.h"

#include <re2/re2.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace sweepd {
namespace {

constexpr int64_t kMaxPatternMemory = 1 << 20;

absl::Status SyntaxError(const RE2& expression) {
  std::string message = expression.error();
  if (expression.error_code() == RE2::ErrorBadPerlOp) {
    absl::StrAppend(&message, "; a named group is (?P<name>...), and RE2 has no look-around");
  }
  return absl::InvalidArgumentError(message);
}

}  // namespace

LinePattern::LinePattern(std::shared_ptr<const re2::RE2> expression) : expression_(std::move(expression)) {}

absl::StatusOr<LinePattern> LinePattern::Compile(absl::string_view pattern) {
  if (pattern.size() > kMaxLinePatternBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", pattern.size(), " bytes, and at most ", kMaxLinePatternBytes, " are allowed"));
  }
  RE2::Options options;
  options.set_max_mem(kMaxPatternMemory);
  options.set_log_errors(false);
  auto expression = std::make_shared<const RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!expression->ok()) return SyntaxError(*expression);
  if (expression->NamedCapturingGroups().empty()) return absl::InvalidArgumentError("has no named group");
  if (expression->CapturingGroupNames().size() > expression->NamedCapturingGroups().size()) {
    return absl::InvalidArgumentError("gives two groups the same name");
  }
  return LinePattern(std::move(expression));
}

const std::map<std::string, int>& LinePattern::groups() const { return expression_->NamedCapturingGroups(); }

std::map<std::string, absl::string_view> LinePattern::Match(absl::string_view line) const {
  const re2::StringPiece text(line.data(), line.size());
  std::vector<re2::StringPiece> parts(static_cast<size_t>(expression_->NumberOfCapturingGroups()) + 1);
  std::map<std::string, absl::string_view> found;
  if (!expression_->Match(text, 0, text.size(), RE2::UNANCHORED, parts.data(), static_cast<int>(parts.size()))) {
    return found;
  }
  for (const auto& [name, number] : groups()) {
    const re2::StringPiece& part = parts[static_cast<size_t>(number)];
    if (part.data() != nullptr) found.emplace(name, absl::string_view(part.data(), part.size()));
  }
  return found;
}

}  // namespace sweepd
