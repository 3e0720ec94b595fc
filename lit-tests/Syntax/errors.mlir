// RUN: nest-opt %s --allow-unregistered-dialect --split-input-file --verify-diagnostics

// expected-error@+1 {{expected operation name in quotes}}
42

// -----

// expected-error@+1 {{use of undeclared SSA value name}}
"t.use"(%0) : (i32) -> ()

// -----

// Several errors of one input are reported.
"t.r"() ({
  // expected-error@+1 {{expected function type}}
  "t.a"() : i32
  // expected-error@+1 {{cannot name an operation with no results}}
  %0 = "t.a"() : () -> ()
}) : () -> ()

// -----

// expected-note@+1 {{previously defined here}}
%0 = "t.a"() : () -> i32
// expected-error@+1 {{redefinition of SSA value '%0'}}
%0 = "t.a"() : () -> i32

// -----

"t.a"() {x = "abc
// expected-error@above {{expected}}

// -----

// expected-error@+1 {{undefined symbol alias id 'a'}}
#a = #a

// -----

"t.r"() ({
  // expected-error-re@+1 {{reference to an {{un[a-z]+}} block}}
  "t.br"()[^bb1] : () -> ()
}) : () -> ()

// -----

func.func @f() {
  // expected-error@+1 {{custom op 'arith.constnat' is unknown}}
  %0 = arith.constnat 1 : i32
  return
}

// -----

func.func @f(%a: i32) -> i32 {
  %c = arith.constant true
  cf.cond_br %c, ^bb1, ^bb2
^bb1:
  // expected-note@+1 {{operand defined here}}
  %0 = arith.addi %a, %a : i32
  cf.br ^bb2
^bb2:
  // expected-note@+2 {{see current operation}}
  // expected-error@+1 {{operand #0 does not dominate this use}}
  return %0 : i32
}

// -----

// expected-error@+1 {{expected non-function type}}
"a"() : x

// -----

// expected-error@+1 {{expected '<' in tensor type}}
"a"() : tensor -> ()

// -----

// expected-error@+1 {{expected function type}}
"a"() : tensor<2xi32>

// -----

// expected-error@+1 {{expected floating-point elements, but parsed integer}}
"a"() {x = dense<1> : tensor<complex<f32>>} : () -> ()
