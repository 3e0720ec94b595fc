"arith.addi"() : () -> i32 loc("n")
