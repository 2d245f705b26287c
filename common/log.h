// Structured logging: one line per event, a message that never changes and fields that do.
//
//     LogInfo("trial leased", {{"sweep", id}, {"trial", 3}});
//
// As text:  2026-01-02T03:04:05.678Z INFO trial leased sweep=abcdefgh trial=3
// As JSON:  {"level":"info","message":"trial leased","sweep":"abcdefgh","time":"...","trial":3}
//
// Lines go to standard error, or to a file (LogToFile). Thread-safe. Never pass a secret (a lease token, a password) as
// a field.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/value.h"

namespace sweepd {

enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };
enum class LogFormat { kText, kJson };

using LogFields = std::initializer_list<std::pair<absl::string_view, Value>>;

// "debug", "info", "warning", "error", "off"; "text", "json". nullopt for anything else.
std::optional<LogLevel> ParseLogLevel(absl::string_view name);
std::optional<LogFormat> ParseLogFormat(absl::string_view name);

// Call once at start, before other threads log. The default is text from kInfo up.
void ConfigureLog(LogLevel level, LogFormat format);

// Lines go to the file at `path` from now on, which is appended to. Before a line would make it larger than
// `max_bytes`, x.log becomes x.1.log, what was x.1.log becomes x.2.log, and so on up to x.3.log. Call once at start,
// after ConfigureLog and before other threads log. An error of the system's when the file cannot be written; the log
// stays where it was. Lines that cannot be written later, on a full disk, are lost and never hold anybody up.
absl::Status LogToFile(const std::string& path, size_t max_bytes);

void LogDebug(absl::string_view message, LogFields fields = {});
void LogInfo(absl::string_view message, LogFields fields = {});
void LogWarning(absl::string_view message, LogFields fields = {});
void LogError(absl::string_view message, LogFields fields = {});

// One line as it would be written, without the newline; `time` is RFC 3339. Exposed for tests.
std::string FormatLogLine(LogFormat format, LogLevel level, absl::string_view time, absl::string_view message,
                          LogFields fields);

}  // namespace sweepd
