using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Syntax;
using Xunit;

namespace NestC.Dialects.Tests.Tensor;

/// <summary>What operations compute, by hand-made examples; lanes and arrays agree.</summary>
public sealed class EvaluationTests
{
    private const string Matrix = "%x: tensor<2x3xi32>";

    [Theory]
    [InlineData("%0 = tensor.extract_slice %x[0, 1] [2, 2] [1, 1] : tensor<2x3xi32> to tensor<2x2xi32>", "2 3 5 6")]
    [InlineData("%0 = tensor.extract_slice %x[1, 0] [1, 2] [1, 2] : tensor<2x3xi32> to tensor<2xi32>", "4 6")]
    [InlineData("%s = tensor.extract_slice %x[0, 0] [2, 1] [1, 1] : tensor<2x3xi32> to tensor<2x1xi32>\n%0 = tensor.insert_slice %s into %x[0, 2] [2, 1] [1, 1] : tensor<2x1xi32> into tensor<2x3xi32>", "1 2 1 4 5 4")]
    [InlineData("%0 = tensor.concat dim(0) %x, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<4x3xi32>", "1 2 3 4 5 6 1 2 3 4 5 6")]
    [InlineData("%0 = tensor.concat dim(1) %x, %x : (tensor<2x3xi32>, tensor<2x3xi32>) -> tensor<2x6xi32>", "1 2 3 1 2 3 4 5 6 4 5 6")]
    [InlineData("%0 = tensor.collapse_shape %x [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>", "1 2 3 4 5 6")]
    [InlineData("%0 = tensor.expand_shape %x [[0], [1, 2]] output_shape [2, 3, 1] : tensor<2x3xi32> into tensor<2x3x1xi32>", "1 2 3 4 5 6")]
    [InlineData("%e = tensor.empty() : tensor<1x3x2xi32>\n%0 = tensor.pack %x inner_dims_pos = [0] inner_tiles = [2] into %e : tensor<2x3xi32> -> tensor<1x3x2xi32>", "1 4 2 5 3 6")]
    [InlineData("%e = tensor.empty() : tensor<3x1x2xi32>\n%0 = tensor.pack %x outer_dims_perm = [1, 0] inner_dims_pos = [0] inner_tiles = [2] into %e : tensor<2x3xi32> -> tensor<3x1x2xi32>", "1 4 2 5 3 6")]
    public void Elements_are_where_they_belong(string body, string expected)
    {
        string text = $"func.func @f({Matrix}) -> tensor<*xi32> {{\n{body}\n%r = tensor.cast %0 : {TypeOf(body)} to tensor<*xi32>\nreturn %r : tensor<*xi32>\n}}";
        NestContext context = LitFileTests.NewContext();
        var module = (ModuleOp)AsmParser.Parse(context, text)!;
        Assert.True(Verifier.Verify(module));
        var function = (FuncOp)module.Body.First!;
        EvalValue argument = new(RankedTensorType.Get([2, 3], context.Common.I32), [1, 2, 3, 4, 5, 6]);
        EvalOutcome lanes = new Interpreter().Run(function, [argument]);
        Assert.Equal(EvalStatus.Returned, lanes.Status);
        Assert.Equal(expected, string.Join(' ', lanes.Values[0].Lanes));
        NdArray[] arrays = new ArrayInterpreter().Run(function, [NdArray.From<int>([1, 2, 3, 4, 5, 6], 2, 3)]);
        Assert.Equal(expected, string.Join(' ', arrays[0].ToInt64s()));
    }

    private static string TypeOf(string body)
    {
        int at = Math.Max(Math.Max(body.LastIndexOf(" to ", StringComparison.Ordinal), body.LastIndexOf(" into ", StringComparison.Ordinal)), body.LastIndexOf("-> ", StringComparison.Ordinal));
        return body[body.IndexOf("tensor<", at, StringComparison.Ordinal)..];
    }

    [Theory]
    [InlineData("%0 = tensor.extract %t[%i] : tensor<4xi32>", 4, EvalStatus.Undefined)]
    [InlineData("%0 = tensor.extract %t[%i] : tensor<4xi32>", 3, EvalStatus.Returned)]
    [InlineData("%s = tensor.extract_slice %t[%i] [2] [1] : tensor<4xi32> to tensor<2xi32>\n%c = arith.constant 0 : index\n%0 = tensor.extract %s[%c] : tensor<2xi32>", 3, EvalStatus.Undefined)]
    [InlineData("%m = loop.alloc(%i) : memref<?xi32>\n%c = arith.constant 2 : index\n%0 = loop.load %m[%c] : memref<?xi32>", 2, EvalStatus.Undefined)]
    [InlineData("%m = loop.alloc(%i) : memref<?xi32>\nloop.dealloc %m : memref<?xi32>\n%c = arith.constant 0 : index\n%0 = loop.load %m[%c] : memref<?xi32>", 2, EvalStatus.Undefined)]
    public void What_lies_outside_is_undefined(string body, int index, EvalStatus expected)
    {
        NestContext context = LitFileTests.NewContext();
        var module = (ModuleOp)AsmParser.Parse(context, $"func.func @f(%t: tensor<4xi32>, %i: index) -> i32 {{\n{body}\nreturn %0 : i32\n}}")!;
        EvalOutcome outcome = new Interpreter().Run((FuncOp)module.Body.First!,
            [new EvalValue(RankedTensorType.Get([4], context.Common.I32), [1, 2, 3, 4]), EvalValue.Index(context.Common.Index, index)]);
        Assert.Equal(expected, outcome.Status);
    }

    [Fact]
    public void Loops_carry_values_and_fill_buffers()
    {
        NestContext context = LitFileTests.NewContext();
        var module = (ModuleOp)AsmParser.Parse(context, """
            func.func @f(%m: memref<4xi32>, %n: index) -> i32 {
              %c0 = arith.constant 0 : index
              %c1 = arith.constant 1 : index
              %one = arith.constant 1 : i32
              %r = loop.for %i = %c0 to %n step %c1 iter_args(%a = %one) -> (i32) {
                loop.store %a, %m[%i] : memref<4xi32>
                %b = arith.addi %a, %a : i32
                loop.yield %b : i32
              }
              return %r : i32
            }
            """)!;
        EvalBuffer buffer = EvalBuffer.Allocate([4])!;
        EvalOutcome outcome = new Interpreter().Run((FuncOp)module.Body.First!,
            [EvalValue.OfBuffer(MemRefType.Get([4], context.Common.I32), buffer, 0), EvalValue.Index(context.Common.Index, 3)]);
        Assert.Equal(8, (int)outcome.Values[0].Lanes[0]);
        // The last element was not written.
        Assert.Equal([1, 2, 4, EvalValue.Poison], outcome.Arguments[0].Lanes);
    }
}
