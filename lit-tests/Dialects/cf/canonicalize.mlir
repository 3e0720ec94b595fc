// RUN: nest-opt %s --canonicalize --allow-unregistered-dialect --split-input-file | FileCheck %s

// CHECK-LABEL: func.func @merge_blocks
// CHECK-SAME:  (%arg0: i32) -> i32 {
// CHECK-NEXT:    %0 = arith.addi %arg0, %arg0 : i32
// CHECK-NEXT:    return %0 : i32
// CHECK-NEXT:  }
func.func @merge_blocks(%x: i32) -> i32 {
  cf.br ^bb1(%x : i32)
^bb1(%a: i32):
  %0 = arith.addi %a, %a : i32
  cf.br ^bb2(%0 : i32)
^bb2(%b: i32):
  return %b : i32
}

// -----

// CHECK-LABEL: func.func @constant_condition
// CHECK-SAME:  (%arg0: i32, %arg1: i32) -> i32 {
// CHECK-NEXT:    return %arg0 : i32
// CHECK-NEXT:  }
func.func @constant_condition(%x: i32, %y: i32) -> i32 {
  %true = arith.constant true
  cf.assert %true, "gone"
  cf.cond_br %true, ^bb1(%x : i32), ^bb1(%y : i32)
^bb1(%a: i32):
  return %a : i32
}

// -----

// CHECK-LABEL: func.func @select
// CHECK-SAME:  (%arg0: i1, %arg1: i32, %arg2: i32) -> i32 {
// CHECK-NEXT:    %0 = arith.select %arg0, %arg1, %arg2 : i32
// CHECK-NEXT:    return %0 : i32
// CHECK-NEXT:  }
func.func @select(%c: i1, %x: i32, %y: i32) -> i32 {
  cf.cond_br %c, ^bb1(%x : i32), ^bb1(%y : i32)
^bb1(%a: i32):
  return %a : i32
}

// -----

// CHECK-LABEL: func.func @pass_through
// CHECK-SAME:  (%arg0: i1, %arg1: i32) -> i32 {
// CHECK-NEXT:    cf.cond_br %arg0, ^bb1, ^bb2(%arg1 : i32)
// CHECK-NEXT:  ^bb1:  // pred: ^bb0
// CHECK-NEXT:    %0 = "test.op"() : () -> i32
// CHECK-NEXT:    cf.br ^bb2(%0 : i32)
// CHECK-NEXT:  ^bb2(%1: i32):  // 2 preds: ^bb0, ^bb1
// CHECK-NEXT:    return %1 : i32
// CHECK-NEXT:  }
func.func @pass_through(%c: i1, %x: i32) -> i32 {
  cf.cond_br %c, ^bb1, ^bb2(%x : i32)
^bb1:
  %0 = "test.op"() : () -> i32
  cf.br ^bb2(%0 : i32)
^bb2(%a: i32):
  cf.br ^bb3(%a : i32)
^bb3(%b: i32):
  return %b : i32
}

// -----

// CHECK-LABEL: func.func @known_condition
// CHECK-SAME:  (%arg0: i1, %arg1: i1) -> i1 {
// CHECK-NEXT:    %true = arith.constant true
// CHECK-NEXT:    cf.cond_br %arg0, ^bb1, ^bb2
// CHECK-NEXT:  ^bb1:  // pred: ^bb0
// CHECK-NEXT:    "test.a"(%true) : (i1) -> ()
// CHECK-NEXT:    "test.c"() : () -> ()
// CHECK-NEXT:    return %true : i1
// CHECK-NEXT:  ^bb2:  // pred: ^bb0
// CHECK-NEXT:    "test.b"() : () -> ()
// CHECK-NEXT:    return %arg1 : i1
// CHECK-NEXT:  }
func.func @known_condition(%c: i1, %d: i1) -> i1 {
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  "test.a"(%c) : (i1) -> ()
  cf.cond_br %c, ^bb3, ^bb2
^bb2:
  "test.b"() : () -> ()
  return %d : i1
^bb3:
  "test.c"() : () -> ()
  return %c : i1
}

// -----

// CHECK-LABEL: func.func @switch_constant
// CHECK-SAME:  (%arg0: i32, %arg1: i32, %arg2: i32) -> i32 {
// CHECK-NEXT:    return %arg2 : i32
// CHECK-NEXT:  }
func.func @switch_constant(%x: i32, %y: i32, %z: i32) -> i32 {
  %c42 = arith.constant 42 : i32
  cf.switch %c42 : i32, [
    default: ^bb1(%x : i32),
    41: ^bb1(%y : i32),
    42: ^bb1(%z : i32)
  ]
^bb1(%a: i32):
  return %a : i32
}

// -----

// CHECK-LABEL: func.func @switch_like_default
// CHECK-SAME:  (%arg0: i32, %arg1: i32, %arg2: i32) -> i32 {
// CHECK-NEXT:    cf.switch %arg0 : i32, [
// CHECK-NEXT:      default: ^bb1(%arg1 : i32),
// CHECK-NEXT:      42: ^bb2(%arg2 : i32)
// CHECK-NEXT:    ]
// CHECK-NEXT:  ^bb1(%0: i32):  // pred: ^bb0
// CHECK-NEXT:    "test.a"() : () -> ()
// CHECK-NEXT:    return %0 : i32
// CHECK-NEXT:  ^bb2(%1: i32):  // pred: ^bb0
// CHECK-NEXT:    "test.b"() : () -> ()
// CHECK-NEXT:    return %1 : i32
// CHECK-NEXT:  }
func.func @switch_like_default(%f: i32, %x: i32, %y: i32) -> i32 {
  cf.switch %f : i32, [
    default: ^bb1(%x : i32),
    41: ^bb1(%x : i32),
    42: ^bb2(%y : i32)
  ]
^bb1(%a: i32):
  "test.a"() : () -> ()
  return %a : i32
^bb2(%b: i32):
  "test.b"() : () -> ()
  return %b : i32
}

// -----

// CHECK-LABEL: func.func @switch_default_only
// CHECK-SAME:  (%arg0: i32, %arg1: i32) -> i32 {
// CHECK-NEXT:    return %arg1 : i32
// CHECK-NEXT:  }
func.func @switch_default_only(%f: i32, %x: i32) -> i32 {
  cf.switch %f : i32, [
    default: ^bb1(%x : i32)
  ]
^bb1(%a: i32):
  return %a : i32
}

// -----

// CHECK-LABEL: func.func @switch_on_known_flag
// CHECK-SAME:  (%arg0: i32) {
// CHECK-NEXT:    cf.switch %arg0 : i32, [
// CHECK-NEXT:      default: ^bb2,
// CHECK-NEXT:      1: ^bb1,
// CHECK-NEXT:      2: ^bb3
// CHECK-NEXT:    ]
// CHECK-NEXT:  ^bb1:  // pred: ^bb0
// CHECK-NEXT:    "test.a"() : () -> ()
// CHECK-NEXT:    cf.br ^bb4
// CHECK-NEXT:  ^bb2:  // pred: ^bb0
// CHECK-NEXT:    "test.b"() : () -> ()
// CHECK-NEXT:    cf.switch %arg0 : i32, [
// CHECK-NEXT:      default: ^bb3,
// CHECK-NEXT:      7: ^bb4
// CHECK-NEXT:    ]
// CHECK-NEXT:  ^bb3:  // 2 preds: ^bb0, ^bb2
// CHECK-NEXT:    "test.c"() : () -> ()
// CHECK-NEXT:    return
// CHECK-NEXT:  ^bb4:  // 2 preds: ^bb1, ^bb2
// CHECK-NEXT:    "test.d"() : () -> ()
// CHECK-NEXT:    return
// CHECK-NEXT:  }
func.func @switch_on_known_flag(%f: i32) {
  cf.switch %f : i32, [
    default: ^bb2,
    1: ^bb1,
    2: ^bb3
  ]
^bb1:
  "test.a"() : () -> ()
  cf.switch %f : i32, [
    default: ^bb3,
    1: ^bb4
  ]
^bb2:
  "test.b"() : () -> ()
  cf.switch %f : i32, [
    default: ^bb3,
    1: ^bb4,
    7: ^bb4
  ]
^bb3:
  "test.c"() : () -> ()
  return
^bb4:
  "test.d"() : () -> ()
  return
}

// -----

// An argument that is dead goes from every edge of a switch; the cases share a segment of operands.
// CHECK-LABEL: func.func @switch_drops_dead_operands
// CHECK: cf.switch %{{.*}} : i32, [
// CHECK-NEXT: default: ^bb1(%arg1 : i32),
// CHECK-NEXT: 1: ^bb2(%arg2 : i32),
// CHECK-NEXT: 2: ^bb1(%arg3 : i32)
// CHECK: ^bb1(%{{.*}}: i32):
// CHECK: ^bb2(%{{.*}}: i32):
func.func @switch_drops_dead_operands(%f: i32, %a: i32, %b: i32, %c: i32) -> i32 {
  cf.switch %f : i32, [
    default: ^bb1(%c, %a : i32, i32),
    1: ^bb2(%b, %a, %c : i32, i32, i32),
    2: ^bb1(%b, %c : i32, i32)
  ]
^bb1(%0: i32, %1: i32):
  "my.use"(%1) : (i32) -> ()
  return %1 : i32
^bb2(%2: i32, %3: i32, %4: i32):
  "my.other"(%2) : (i32) -> ()
  return %2 : i32
}
