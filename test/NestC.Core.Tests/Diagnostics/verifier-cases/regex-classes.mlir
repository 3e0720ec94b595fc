// expected-error-re @+1 {{use {{o[[:alpha:]]}} un{{(dec|enc)lared}} S{{S{1,2}A}}}}
"a"(%x) : (i32) -> ()
