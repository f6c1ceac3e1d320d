# SPDX-License-Identifier: Apache-2.0
# The few build rules every layer uses: warnings, hardening, sanitizers, and how a layer, a test and a
# fuzz target are declared.

add_library(amphi_flags INTERFACE)
target_include_directories(amphi_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_definitions(amphi_flags INTERFACE _GNU_SOURCE)
target_compile_options(amphi_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
    -Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wundef -Wformat=2 -Wnull-dereference
    -Wimplicit-fallthrough -Wframe-larger-than=8192 -fno-common
    $<$<C_COMPILER_ID:GNU>:-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wcast-align=strict>
    $<$<BOOL:${AMPHI_WERROR}>:-Werror>
    -g -fno-omit-frame-pointer)
if(AMPHI_SANITIZE)
    target_compile_options(amphi_flags INTERFACE -fsanitize=${AMPHI_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(amphi_flags INTERFACE -fsanitize=${AMPHI_SANITIZE})
endif()
# Asserts stay on, also where fuzzers run: they are for our own bugs (house rule "Errors"); NDEBUG is removed on purpose.
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELEASE "${CMAKE_C_FLAGS_RELEASE}")
string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELWITHDEBINFO}")
if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(amphi_flags INTERFACE -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
        -fstack-protector-strong -fstack-clash-protection -fcf-protection)
    target_link_options(amphi_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
if(AMPHI_FUZZ)
    string(REPLACE "-DNDEBUG" "" CMAKE_C_FLAGS_RELWITHDEBINFO "${CMAKE_C_FLAGS_RELWITHDEBINFO}")
    target_compile_options(amphi_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# What pure layers compile with on top: no library header reaches them, so these can be strict.
add_library(amphi_pure_flags INTERFACE)
target_link_libraries(amphi_pure_flags INTERFACE amphi_flags)
target_compile_options(amphi_pure_flags INTERFACE -Wconversion -Wswitch-enum -Wdouble-promotion)

# amphi_layer(NAME [PURE] SOURCES a.c b.c KNOWS other_layer ... USES PkgConfig::X ...)
# KNOWS are edges of the layer drawing (public); USES are outside libraries (private, headers as SYSTEM).
function(amphi_layer name)
    cmake_parse_arguments(L "PURE" "" "SOURCES;KNOWS;USES" ${ARGN})
    add_library(${name} STATIC ${L_SOURCES})
    if(L_PURE)
        target_link_libraries(${name} PRIVATE amphi_pure_flags)
        set_property(GLOBAL APPEND PROPERTY AMPHI_PURE_LAYERS ${name})
    else()
        target_link_libraries(${name} PRIVATE amphi_flags)
    endif()
    target_link_libraries(${name} PUBLIC ${L_KNOWS} PRIVATE ${L_USES})
endfunction()

# amphi_test(sfu.core.nack_test SOURCES nack_test.c LINKS sfu_core [USES ...] [DATA])
# The executable lands in the top of the build tree, so one case is: build/dev/NAME -t case
function(amphi_test name)
    cmake_parse_arguments(T "" "" "SOURCES;LINKS;USES;LABELS" ${ARGN})
    add_executable(${name} ${T_SOURCES})
    target_link_libraries(${name} PRIVATE amphi_flags amphi_testing ${T_LINKS} ${T_USES})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
    target_compile_definitions(${name} PRIVATE TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
    string(REGEX REPLACE "_test$" "" ctest_name ${name})
    add_test(NAME ${ctest_name} COMMAND ${name})
    if(T_LABELS)
        set_tests_properties(${ctest_name} PROPERTIES LABELS "${T_LABELS}")
    else()
        set_tests_properties(${ctest_name} PROPERTIES LABELS "unit")
    endif()
    set_tests_properties(${ctest_name} PROPERTIES TIMEOUT 120)
endfunction()

# amphi_fuzz(rtp SOURCES rtp_fuzz.c LINKS sfu_wire): target NAME_fuzz, corpus tests/data/NAME/.
# With AMPHI_FUZZ it is a libFuzzer program; otherwise it links the replayer and its corpus is a test.
function(amphi_fuzz name)
    cmake_parse_arguments(F "" "" "SOURCES;LINKS;USES" ${ARGN})
    add_executable(${name}_fuzz ${F_SOURCES})
    target_link_libraries(${name}_fuzz PRIVATE amphi_flags ${F_LINKS} ${F_USES})
    set_target_properties(${name}_fuzz PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
    if(AMPHI_FUZZ)
        target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
        set_property(GLOBAL APPEND PROPERTY AMPHI_FUZZ_TARGETS ${name})
        add_test(NAME fuzz.${name} COMMAND ${name}_fuzz -runs=0 ${CMAKE_SOURCE_DIR}/tests/data/${name})
    else()
        target_sources(${name}_fuzz PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
        add_test(NAME fuzz.${name} COMMAND ${name}_fuzz ${CMAKE_SOURCE_DIR}/tests/data/${name})
    endif()
    set_tests_properties(fuzz.${name} PROPERTIES LABELS "corpus" TIMEOUT 120)
endfunction()

# add_if(DIR): adds a folder once it has a build file.
function(add_if dir)
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${dir}/CMakeLists.txt)
        add_subdirectory(${dir})
    endif()
endfunction()
