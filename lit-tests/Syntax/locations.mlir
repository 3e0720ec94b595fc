// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-debuginfo --mlir-print-local-scope | FileCheck %s
// RUN: nest-opt %s --allow-unregistered-dialect --mlir-print-debuginfo | FileCheck %s --check-prefix=ALIAS
// RUN: nest-opt %s --allow-unregistered-dialect | FileCheck %s --check-prefix=NONE

// NONE: "t.a"() : () -> (){{$}}
// NONE-NOT: loc(
// CHECK: "t.a"() : () -> () loc("x.c":1:2)
// ALIAS: "t.a"() : () -> () loc(#[[FILE:loc[0-9]*]])
"t.a"() : () -> () loc("x.c":1:2)
// CHECK: "t.b"() : () -> () loc("name"("x.c":1:2))
// ALIAS: "t.b"() : () -> () loc(#[[NAME:loc[0-9]*]])
"t.b"() : () -> () loc(#later)
// CHECK: "t.c"() : () -> () loc(callsite("f" at "x.c":1:2))
"t.c"() : () -> () loc(callsite("f" at "x.c":1:2))
// CHECK: "t.d"() : () -> () loc(fused<"meta">["f", "x.c":1:2])
"t.d"() : () -> () loc(fused<"meta">["f", "x.c":1:2])
// CHECK: "t.e"() : () -> () loc(unknown)
"t.e"() : () -> () loc(unknown)
// CHECK: ^bb0(%{{.*}}: i32 loc("argument")):
"t.f"() ({
^bb0(%a: i32 loc("argument")):
}) : () -> ()
// CHECK: "t.g"() : () -> () loc("-":3:4)
"t.g"() : () -> () loc("":3:4)
#later = loc("name"("x.c":1:2))
// ALIAS: #[[FILE]] = loc("x.c":1:2)
// ALIAS: #[[NAME]] = loc("name"(#[[FILE]]))
