#loc1 = loc("x.c":1:2)
#loc2 = loc("name"(#loc1))
func.func @f(%a: i32 loc("arg")) -> i32 {
  %0 = arith.muli %a, %a : i32 loc(callsite(#loc1 at #loc2))
  return %0 : i32 loc(fused[#loc1, "two", unknown])
} loc(unknown)
