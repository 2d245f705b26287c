// Structured logging: one line per event, a message that never changes and fields that do.
//
//     LogInfo("trial leased", {{"sweep", id}, {"trial", 3}});
//
// As text:  2026-01-02T03:04:05.678Z INFO trial leased sweep=abcdefgh trial=3
// As JSON:  {"level":"info","message":"trial leased","sweep":"abcdefgh","time":"...","trial":3}
//
// Lines go to standard error. Thread-safe. Never pass a secret (a lease token, a password) as a field.
#pragma once

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

void LogDebug(absl::string_view message, LogFields fields = {});
void LogInfo(absl::string_view message, LogFields fields = {});
void LogWarning(absl::string_view message, LogFields fields = {});
void LogError(absl::string_view message, LogFields fields = {});

// One line as it would be written, without the newline; `time` is RFC 3339. Exposed for tests.
std::string FormatLogLine(LogFormat format, LogLevel level, absl::string_view time, absl::string_view message,
                          LogFields fields);

}  // namespace sweepd
