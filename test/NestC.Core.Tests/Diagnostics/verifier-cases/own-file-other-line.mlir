// expected-error @+2 {{expected 2 operands}}
"arith.addi"() : () -> i32 loc("own-file-other-line.mlir":3:1)

