#include "common/log.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace sweepd {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};
std::atomic<LogFormat> line_format{LogFormat::kText};

absl::string_view LevelName(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
    case LogLevel::kOff: break;
  }
  return "off";
}

// A plain word stays as it is; anything else is quoted so that a line can be split again.
std::string FieldText(const Value& value) {
  if (!value.is_string()) return ToJson(value);
  const std::string& text = value.as_string();
  const bool plain = !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return c == '"' || c == '=' || c == '\\' || static_cast<unsigned char>(c) <= ' ' || c == '\x7F';
  });
  return plain ? text : ToJson(value);
}

// Log files that are kept beside the current one.
constexpr size_t kOlderFiles = 3;

std::shared_ptr<spdlog::logger> MakeLogger(spdlog::sink_ptr sink) {
  auto made = std::make_shared<spdlog::logger>("sweepd", std::move(sink));
  made->set_pattern("%v");
  made->set_level(spdlog::level::trace);
  made->flush_on(spdlog::level::trace);
  return made;
}

std::shared_ptr<spdlog::logger>& Logger() {
  static std::shared_ptr<spdlog::logger> logger = MakeLogger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
  return logger;
}

void Write(LogLevel level, absl::string_view message, LogFields fields) {
  if (level < minimum_level.load(std::memory_order_relaxed)) return;
  const std::string time = absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  const std::string line = FormatLogLine(line_format.load(std::memory_order_relaxed), level, time, message, fields);
  Logger()->log(spdlog::level::info, "{}", line);
}

}  // namespace

std::optional<LogLevel> ParseLogLevel(absl::string_view name) {
  for (const LogLevel level :
       {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError, LogLevel::kOff}) {
    if (LevelName(level) == name) return level;
  }
  return std::nullopt;
}

std::optional<LogFormat> ParseLogFormat(absl::string_view name) {
  if (name == "text") return LogFormat::kText;
  if (name == "json") return LogFormat::kJson;
  return std::nullopt;
}

void ConfigureLog(LogLevel level, LogFormat format) {
  minimum_level = level;
  line_format = format;
}

absl::Status LogToFile(const std::string& path, size_t max_bytes) {
  try {
    Logger() = MakeLogger(std::make_shared<spdlog::sinks::rotating_file_sink_mt>(path, max_bytes, kOlderFiles));
  } catch (const spdlog::spdlog_ex& error) {
    return absl::UnavailableError(absl::StrCat("cannot write the log file ", path, ": ", error.what()));
  }
  return absl::OkStatus();
}

std::string FormatLogLine(LogFormat format, LogLevel level, absl::string_view time, absl::string_view message,
                          LogFields fields) {
  if (format == LogFormat::kText) {
    std::string line = absl::StrCat(time, " ", absl::AsciiStrToUpper(LevelName(level)), " ", message);
    for (const auto& [name, value] : fields) absl::StrAppend(&line, " ", name, "=", FieldText(value));
    return line;
  }
  Value::Map map;
  for (const auto& [name, value] : fields) map[std::string(name)] = value;
  map["time"] = std::string(time);
  map["level"] = std::string(LevelName(level));
  map["message"] = std::string(message);
  return ToJson(map);
}

void LogDebug(absl::string_view message, LogFields fields) { Write(LogLevel::kDebug, message, fields); }
void LogInfo(absl::string_view message, LogFields fields) { Write(LogLevel::kInfo, message, fields); }
void LogWarning(absl::string_view message, LogFields fields) { Write(LogLevel::kWarning, message, fields); }
void LogError(absl::string_view message, LogFields fields) { Write(LogLevel::kError, message, fields); }

}  // namespace sweepd
