# One object library per module: src/<module>/*.c, with main.c left to the executable.
# qlbe_all collects every module for programs and tests that need the whole pipeline.
add_library(qlbe_all INTERFACE)
target_link_libraries(qlbe_all INTERFACE qlbe_flags)

function(qlbe_module name)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/src/${name}/*.c")
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(NOT sources)
    return()
  endif()
  add_library(qlbe_${name} OBJECT ${sources})
  target_link_libraries(qlbe_${name} PUBLIC qlbe_flags)
  target_include_directories(qlbe_${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/src/${name}")
  target_sources(qlbe_all INTERFACE $<TARGET_OBJECTS:qlbe_${name}>)
endfunction()
