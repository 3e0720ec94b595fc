// RUN: nest-opt %s --symbol-privatize='exclude=keep' | FileCheck %s
// RUN: nest-opt %s --strip-debuginfo --mlir-print-debuginfo | FileCheck %s --check-prefix=STRIP
// RUN: nest-opt %s --print-op-stats -o /dev/null 2>&1 | FileCheck %s --check-prefix=STATS

// CHECK: func @keep
// STRIP: func @keep
// STRIP-NOT: loc({{.*}}.mlir
// STATS:      Operations encountered:
// STATS:      builtin.module , 1
// STATS-NEXT:   func.func   , 2
// STATS-NEXT:   func.return , 2
func.func @keep() {
  return
}
// CHECK: func private @other
func.func @other() {
  return
}
