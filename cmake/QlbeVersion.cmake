# The git hash of the work tree goes into the binary; rewritten at build time, only when it changes.
set(QLBE_VERSION_HEADER "${CMAKE_CURRENT_BINARY_DIR}/generated/qlbe_version.h")
add_custom_target(qlbe_version BYPRODUCTS "${QLBE_VERSION_HEADER}"
  COMMAND ${CMAKE_COMMAND} -DSOURCE_DIR=${CMAKE_CURRENT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DBUILD_TYPE=${CMAKE_BUILD_TYPE} -DHEADER=${QLBE_VERSION_HEADER}
          -P ${CMAKE_CURRENT_SOURCE_DIR}/cmake/WriteVersion.cmake
  COMMENT "Recording version and git hash")
