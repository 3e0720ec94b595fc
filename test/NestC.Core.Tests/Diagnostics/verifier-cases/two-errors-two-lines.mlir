"a"(%x) : (i32) -> () // expected-error {{undeclared}}
"b"(%y) : (i32) -> ()
