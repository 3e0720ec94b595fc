// RUN: nest-opt %s --symbol-dce | FileCheck %s

// CHECK: func @public
func.func @public() {
  call @used() : () -> ()
  return
}

// CHECK: func private @used
func.func private @used()

// CHECK-NOT: @dead
func.func private @dead() {
  call @dead_too() : () -> ()
  return
}
func.func private @dead_too()
