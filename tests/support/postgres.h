// postgres.h — a PostgreSQL server of a test's own: Debian's programs, a directory under /tmp, a
// Unix socket in it and no port. Gone with the object; and with the test program, should that be
// killed before (then the directory stays). REQUIRES: the thread that makes it outlives it.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace svc::testing {

class PostgresServer {
 public:
  PostgresServer();  // Makes the data directory and starts. Throws std::runtime_error.
  ~PostgresServer();

  // postgres://…, of a new and empty database.
  std::string make_database();

  void stop();   // At once, as kill -9 would; what is committed stays.
  void start();  // Until it answers.
  const std::string& socket_directory() const noexcept { return dir_.path(); }

 private:
  Process launch(std::string_view program, std::vector<std::string> arguments) const;
  void run_to_end(std::string_view program, std::vector<std::string> arguments) const;

  TempDir dir_;
  std::string programs_;
  Process server_;
  int databases_ = 0;
};

}  // namespace svc::testing
