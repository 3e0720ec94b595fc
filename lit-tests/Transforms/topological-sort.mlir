// RUN: nest-opt %s --allow-unregistered-dialect --topological-sort | FileCheck %s

// CHECK:      %[[A:.*]] = "test.a"()
// CHECK-NEXT: %[[B:.*]] = "test.b"(%[[A]])
// CHECK-NEXT: "test.c"(%[[B]], %[[A]])
%2 = "test.c"(%1, %0) : (i32, i32) -> i32
%1 = "test.b"(%0) : (i32) -> i32
%0 = "test.a"() : () -> i32
