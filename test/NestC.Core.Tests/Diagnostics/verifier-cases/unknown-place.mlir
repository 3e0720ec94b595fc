"arith.addi"() : () -> i32 loc(unknown)
