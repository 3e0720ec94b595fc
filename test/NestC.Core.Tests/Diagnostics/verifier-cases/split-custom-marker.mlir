"a"(%x) : (i32) -> () // expected-error {{undeclared}}
//%%%%
"a"(%x) : (i32) -> ()
