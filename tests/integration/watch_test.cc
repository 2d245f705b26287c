// WatchSweep: every event once, in order, live, and to the end.
#include <thread>
#include <vector>

#include "common/wire_status.h"
#include "tests/support/test_server.h"

namespace sweepd {
namespace {

class Watcher {
 public:
  Watcher(TestServer& server, const std::string& sweep, int64_t after = 0) {
    v1::WatchSweepRequest request;
    request.set_sweep(sweep);
    request.set_after_revision(after);
    reader_ = server.sweeps().WatchSweep(&context_, request);
  }

  // The next event; a default one at the end of the stream.
  v1::Event Next() {
    v1::WatchSweepResponse response;
    if (!reader_->Read(&response)) return {};
    return response.event();
  }

  std::vector<v1::Event> Rest() {
    std::vector<v1::Event> events;
    for (v1::Event event = Next(); event.revision() != 0; event = Next()) events.push_back(event);
    return events;
  }

  grpc::Status Finish() { return reader_->Finish(); }
  void Cancel() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchSweepResponse>> reader_;
};

void RunGrid(TestServer& server, const std::string& sweep) {
  const std::string agent = server.RegisterAgent();
  for (int i = 0; i < 12; ++i) server.Complete(server.RequestTrial(agent, sweep).lease().ref(), i);
}

TEST(Watch, DeliversEveryEventLiveWithoutHoleOrRepeatAndEndsWithTheSweep) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  Watcher watcher(server, sweep);
  EXPECT_EQ(watcher.Next().kind(), v1::EVENT_KIND_SWEEP_CREATED);
  std::thread agent([&] { RunGrid(server, sweep); });
  const std::vector<v1::Event> events = watcher.Rest();
  agent.join();
  EXPECT_TRUE(watcher.Finish().ok());
  int64_t expected = 1;
  for (const v1::Event& event : events) EXPECT_EQ(event.revision(), ++expected);
  EXPECT_EQ(events.back().kind(), v1::EVENT_KIND_SWEEP_FINISHED);
}

TEST(Watch, GoesOnAfterTheRevisionItIsGiven) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  RunGrid(server, sweep);
  const std::vector<v1::Event> all = Watcher(server, sweep).Rest();
  const std::vector<v1::Event> rest = Watcher(server, sweep, 20).Rest();
  ASSERT_EQ(rest.size() + 20, all.size());
  EXPECT_EQ(rest.front().revision(), 21);
}

TEST(Watch, AnUnknownSweepIsAnError) {
  TestServer server;
  Watcher watcher(server, "absent");
  EXPECT_TRUE(watcher.Rest().empty());
  EXPECT_EQ(DetailFromWire(watcher.Finish()).reason(), "SWEEP_NOT_FOUND");
}

TEST(Watch, AWatcherThatGoesAwayHarmsNobody) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  Watcher gone(server, sweep);
  gone.Next();
  gone.Cancel();
  EXPECT_EQ(gone.Finish().error_code(), grpc::StatusCode::CANCELLED);
  RunGrid(server, sweep);
  EXPECT_FALSE(Watcher(server, sweep).Rest().empty());
}

TEST(Watch, AShutdownEndsTheStreamSoThatTheWatcherComesBack) {
  TestServer server;
  const std::string sweep = server.CreateSweep(kGridFile).id();
  Watcher watcher(server, sweep);
  watcher.Next();
  server.Stop();
  EXPECT_TRUE(watcher.Rest().empty());
  EXPECT_EQ(watcher.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  server.Start();
  EXPECT_EQ(Watcher(server, sweep).Next().revision(), 1);
}

}  // namespace
}  // namespace sweepd
