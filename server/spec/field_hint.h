// What would be right where a field of a document is wrong: the text behind the message, in words of the author's file.
// Every function gives an empty text when nothing is clear.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "server/spec/document.h"

namespace sweepd {

// An integer or decimal without the separators that YAML 1.2 does not know, as in 1_000 and 1,000.
std::string WithoutSeparators(absl::string_view text);

// How text that was meant as a number has to be written.
std::string NumberHint(const DocumentNode& node);

// How a value that is not a list becomes one.
std::string ListHint(const DocumentNode& node);

// The arguments of a command that was written as one text.
std::string ArgumentsHint(const DocumentNode& node);

// For a key that is none, but what a missing space or a comma has left.
std::string PunctuationHint(const DocumentMember& member);

// What helps with a key that is like none of `names`.
std::string UnknownKeyHint(const DocumentMember& member, const std::vector<std::string>& names);

}  // namespace sweepd
