# Writes HEADER with the project version, the git hash ("unknown" outside a checkout) and the build type.
execute_process(COMMAND git describe --always --dirty --abbrev=12 --exclude "*"
  WORKING_DIRECTORY "${SOURCE_DIR}" OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE
  ERROR_QUIET RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR hash STREQUAL "")
  set(hash "unknown")
endif()
set(text "#define QLBE_VERSION \"${VERSION}\"\n#define QLBE_GIT_HASH \"${hash}\"\n#define QLBE_BUILD_TYPE \"${BUILD_TYPE}\"\n")
set(old "")
if(EXISTS "${HEADER}")
  file(READ "${HEADER}" old)
endif()
if(NOT old STREQUAL text)
  file(WRITE "${HEADER}" "${text}")
endif()
