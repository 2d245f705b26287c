// Resources as JSON values, for -o json, jsonl and csv. The keys are part of sweepctl's interface: they are only ever
// added to.
//
// States are words without their prefix, times RFC 3339 in UTC, durations seconds. What is not known is null. JSON has
// no NaN and no infinities: such a number is null, and a second key with the suffix "_nonfinite" holds "NaN",
// "Infinity" or "-Infinity"; that key exists only then.
#pragma once

#include <map>
#include <string>

#include "absl/time/time.h"
#include "common/value.h"
#include "sweepd/v1/agent.pb.h"
#include "sweepd/v1/error.pb.h"
#include "sweepd/v1/server_stats.pb.h"
#include "sweepd/v1/sweep.pb.h"
#include "sweepd/v1/sweep_service.pb.h"
#include "sweepd/v1/trial.pb.h"

namespace sweepd::client {

Value SweepJson(const v1::Sweep& sweep);

// `now` ends the duration of a trial that still runs.
Value TrialJson(const v1::Trial& trial, absl::Time now);
Value AttemptJson(const v1::Attempt& attempt, absl::Time now);
Value MetricPointJson(const v1::MetricPoint& point);
Value EventJson(const v1::Event& event);
Value AgentJson(const v1::Agent& agent);
Value StatsJson(const v1::ServerStats& stats);
Value ProblemJson(const v1::Problem& problem);

// Time between two stamps, up to `now` when the end is unset; zero before the start.
absl::Duration Elapsed(const google::protobuf::Timestamp& start, const google::protobuf::Timestamp& end,
                       absl::Time now);

// Puts a number that may be NaN or infinite under `key` the way this file's comment says.
void PutNumber(Value::Map& map, const std::string& key, double number);

}  // namespace sweepd::client
