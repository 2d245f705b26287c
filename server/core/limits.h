// Every limit of the controller, in one place. Times are defaults where a flag exists.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace sweepd {

// A sweep file larger than this is refused unread.
inline constexpr size_t kMaxSweepFileBytes = 1 << 20;

// Deepest nesting of a sweep file.
inline constexpr int kMaxSweepFileDepth = 64;

// Most bytes that the anchors and aliases of a sweep file may copy (16 for each node, and its text).
inline constexpr size_t kMaxSweepFileAliasBytes = 1 << 20;

// Most mistakes reported for one sweep; the rest are counted.
inline constexpr size_t kMaxSweepProblems = 100;

// Most assignments in `initial`, most repeats of one assignment, and most sweeps given as prior data.
inline constexpr size_t kMaxInitialAssignments = 1000;
inline constexpr int64_t kMaxRepeats = 1000;
inline constexpr size_t kMaxPriorSweeps = 32;

// Most trials that a new sweep takes over as prior data, which is what the model uses at most; and the newest trials of
// those sweeps among which they are looked for.
inline constexpr size_t kMaxPriorTrials = 1024;
inline constexpr int64_t kMaxPriorLookback = 10'000;

// Most patterns that read metrics from a program's output.
inline constexpr size_t kMaxStdoutPatterns = 16;

// How long a lease lives without a heartbeat.
inline constexpr absl::Duration kDefaultLeaseTtl = absl::Seconds(60);

// Heartbeats in one lease time: two may be lost before a lease is in danger.
inline constexpr int kHeartbeatsPerLease = 6;

// Longest that RequestTrial is held open before it is answered WAIT.
inline constexpr absl::Duration kMaxLongPoll = absl::Seconds(20);

// How long the answer to a request id is kept: a call that is repeated later is a new one.
inline constexpr absl::Duration kResponseLifetime = absl::Hours(7 * 24);

// Most stored answers that one Housekeep removes, so that it never holds up a batch.
inline constexpr int64_t kMaxPrunedResponses = 200;

// Group commit: most commands in one transaction, and most bytes of requests.
inline constexpr size_t kMaxBatchCommands = 1000;
inline constexpr size_t kMaxBatchBytes = 4 << 20;

// Most commands that wait for the engine's thread, and most bytes of their requests. 10,000 agents may ask at once.
inline constexpr size_t kMaxQueuedCommands = 16'384;
inline constexpr size_t kMaxQueuedBytes = 64 << 20;

// Most requests for a trial that are held open; further ones are told to wait at once.
inline constexpr size_t kMaxHeldRequests = 65'536;

// Most reads that wait for a reading thread.
inline constexpr size_t kMaxQueuedReads = 1024;

// When to come back to a controller whose disk is full, and to one that is being restarted.
inline constexpr absl::Duration kDiskFullRetryAfter = absl::Seconds(1);
inline constexpr absl::Duration kRestartRetryAfter = absl::Milliseconds(200);

// Most assignments that are kept in memory with their results for the next suggestion, of all sweeps together; the
// sweep that is being worked on counts, but is never dropped. And most recommendations that wait to be computed.
inline constexpr size_t kMaxKeptObservations = 200'000;
inline constexpr size_t kMaxQueuedRecommendations = 64;

// How often in a row a suggestion may be computed ahead for nobody before an agent has to ask again.
inline constexpr int kMaxUnclaimedSuggestions = 4;

// Pages of lists.
inline constexpr int64_t kDefaultPageSize = 100;
inline constexpr int64_t kMaxPageSize = 1000;

// One ReportMetrics call: most reports and most metrics in one report.
inline constexpr int64_t kMaxReportsPerCall = 1000;
inline constexpr int64_t kMaxMetricsPerReport = 256;

// Longest name of a metric, in bytes.
inline constexpr size_t kMaxMetricNameBytes = 256;

// Longest message, or last lines of a log, kept with an attempt, in bytes.
inline constexpr size_t kMaxAttemptMessageBytes = 4096;

// Most connections from one address, so that one host's runaway does not take everybody's. An agent holds one, whatever
// its slots.
inline constexpr size_t kMaxConnectionsPerAddress = 1024;

// A peer that vanished without a word is found out within the sum of both.
inline constexpr absl::Duration kServerKeepaliveTime = absl::Seconds(60);
inline constexpr absl::Duration kServerKeepaliveTimeout = absl::Seconds(20);

// Longest that a connection may take to begin to speak HTTP/2, counted from its acceptance: thousands that come at once
// after a restart are accepted long before they are read.
inline constexpr absl::Duration kServerHandshakeTimeout = absl::Seconds(30);

// A connection without a call for this long is closed. Agents and watchers call or are called far more often.
inline constexpr absl::Duration kMaxConnectionIdle = absl::Minutes(30);

// Largest message from an agent and from a client, in bytes.
inline constexpr size_t kMaxAgentMessageBytes = 1 << 20;
inline constexpr size_t kMaxClientMessageBytes = 4 << 20;

// Most memory of connections and the messages on them: gRPC gathers a message as a whole before it looks at its size,
// so this is what bounds a huge one. It grows with the number of connections, because gRPC counts a multiple of what a
// connection needs (30 KiB) while many begin at once, and breaks connections off when the sum is reached.
inline constexpr size_t kTransportBytes = 256 << 20;
inline constexpr size_t kTransportBytesPerConnection = 1 << 20;

}  // namespace sweepd
