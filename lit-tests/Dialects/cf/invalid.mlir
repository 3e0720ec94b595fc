// RUN: nest-opt %s --split-input-file --verify-diagnostics

// expected-error@+1 {{branch has 0 operands for successor #0, but target block has 1}}
func.func @f(%a: i1) { cf.br ^bb1 ^bb1(%x: i32): return }

// -----

// expected-error@+1 {{type mismatch for bb argument #0 of successor #0}}
func.func @f(%a: i1) { cf.br ^bb1(%a: i1) ^bb1(%x: i32): return }

// -----

// expected-error@+1 {{type mismatch for bb argument #0 of successor #0}}
func.func @f(%a: i1) { cf.cond_br %a, ^bb1(%a: i1), ^bb1 ^bb1(%x: i32): return }

// -----

// expected-note@+2 {{prior use here}}
// expected-error@+1 {{use of value '%a' expects different type than prior uses: 'i1' vs 'i32'}}
func.func @f(%a: i32) { cf.cond_br %a, ^bb1, ^bb1 ^bb1: return }

// -----

// expected-error@+1 {{custom op 'cf.switch' expected 'default'}}
func.func @f(%a: i32) { cf.switch %a : i32, [ 42: ^bb1 ] ^bb1: return }

// -----

// expected-error@+1 {{branch has 1 operands for successor #1, but target block has 0}}
func.func @f(%a: i32) { cf.switch %a : i32, [ default: ^bb1, 42: ^bb1(%a : i32) ] ^bb1: return }

// -----

// expected-error@+1 {{branch has 1 operands for successor #0, but target block has 0}}
func.func @f(%a: i32) { cf.switch %a : i32, [ default: ^bb1(%a : i32), 42: ^bb1 ] ^bb1: return }

// -----

// expected-error@+1 {{custom op 'cf.switch' invalid kind of type specified}}
func.func @f(%a: f32) { cf.switch %a : f32, [ default: ^bb1, 42: ^bb1 ] ^bb1: return }

// -----

// expected-error@+1 {{'cf.switch' op number of case values (2) should match number of case destinations (1)}}
func.func @f(%a: i32) { "cf.switch"(%a)[^bb1, ^bb1] {case_values = dense<1> : tensor<2xi32>, operandSegmentSizes = array<i32: 1, 0, 0>, case_operand_segments=array<i32: 0>} : (i32) -> () ^bb1: return }

// -----

// expected-error@+1 {{'cf.switch' op 'flag' type ('i32') should match case value type ('i64')}}
func.func @f(%a: i32) { "cf.switch"(%a)[^bb1, ^bb1] {case_values = dense<1> : tensor<1xi64>, operandSegmentSizes = array<i32: 1, 0, 0>, case_operand_segments=array<i32: 0>} : (i32) -> () ^bb1: return }

// -----

// expected-error@+1 {{'cf.switch' op caseOperands count (0) does not match with the total size (1) specified in attribute 'case_operand_segments'}}
func.func @f(%a: i32) { "cf.switch"(%a)[^bb1, ^bb1] {case_values = dense<1> : tensor<1xi32>, operandSegmentSizes = array<i32: 1, 0, 0>, case_operand_segments=array<i32: 1>} : (i32) -> () ^bb1: return }

// -----

// expected-error@+1 {{'cf.switch' op requires attribute 'case_operand_segments'}}
func.func @f(%a: i32) { "cf.switch"(%a)[^bb1] {operandSegmentSizes = array<i32: 1, 0, 0>} : (i32) -> () ^bb1: return }

// -----

// expected-error@+1 {{expected integer value}}
func.func @f(%a: i32) { cf.switch %a : i32, [ default: ^bb1, @a: ^bb1 ] ^bb1: return }

// -----

// expected-error@+1 {{integer value too large}}
func.func @f(%a: i64) { cf.switch %a : i64, [ default: ^bb1, 18446744073709551616: ^bb1 ] ^bb1: return }

// -----

// expected-error@+1 {{1 operands present, but expected 2}}
func.func @f(%a: i32) { cf.switch %a : i32, [ default: ^bb1(%a : i32), 1: ^bb1(%a : i32, i32) ] ^bb1(%x: i32): return }

// -----

// expected-error@+1 {{result number not allowed in argument list}}
func.func @f(%a: i32) { cf.switch %a : i32, [ default: ^bb1(%a#0 : i32) ] ^bb1(%x: i32): return }
