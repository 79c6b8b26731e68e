# What svcd is measured against: no part of it, and so without its libraries and checks.
add_executable(bench_floor EXCLUDE_FROM_ALL floor.cc)
target_link_libraries(bench_floor PRIVATE LLHTTP::llhttp)
# All that tests/bench/{serve,scale,cost} start.
add_custom_target(bench_measured DEPENDS bench_floor)
if(TARGET svcctl)
  add_dependencies(bench_measured svcd svcctl bench bench_program)
endif()
