#map = affine_map<(d0, d1)[s0] -> (d0 + s0, d1 floordiv 2)>
#set = affine_set<(d0) : (d0 - 1 >= 0, -d0 + 4 >= 0)>
!pair = tuple<i32, vector<[4]x2xf32>>
#loc = loc("a.py":3:4)
"builtin.module"() <{sym_name = "m"}> ({
^bb0:
  %0:2 = "t.two"() {a = #map, s = #set, u, d = dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>} : () -> (i32, !pair) loc(#loc)
  "t.region"(%0#0) ({
  ^bb0(%arg0: i32, %arg1: memref<?x4xf32, strided<[?, 1], offset: 2>>):
    "t.br"(%arg0)[^bb1, ^bb2] : (i32) -> ()
  ^bb1:
    "t.use"(%late) : (f32) -> ()
    "t.br"()[^bb2] : () -> ()
  ^bb2:
    %late = "t.def"() {x = 1.5e+00 : f32, y = 0x7F800000 : f32, z = @a::@b} : () -> f32
    "t.end"() : () -> ()
  }, {
  }) {n = {k = [1, "two", true, unit], "odd key" = i32}} : (i32) -> () loc(callsite("f" at fused<"x">[#loc, unknown]))
}) : () -> ()
