using System.Text;
using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using Xunit;

namespace NestC.Passes.Tests.Tensor;

/// <summary>Random programs on tensors compute the same as buffers, whatever was written in place.</summary>
public sealed class BufferizeTests
{
    [Theory]
    [InlineData("builtin.module(func.func(tensor-bufferize))")]
    [InlineData("builtin.module(func.func(tensor-bufferize,canonicalize,cse,loop-plan-memory,loop-unroll{factor=2},loop-normalize,loop-simplify-indices,canonicalize))")]
    [InlineData("builtin.module(func.func(tensor-tile{tile-sizes=2},canonicalize,tensor-bufferize))")]
    public void Random_programs_compute_the_same(string pipeline)
    {
        int copied = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            string text = Program(seed);
            NestContext context = Ir.Context();
            Operation module = Ir.Parse(context, text);
            EvalOutcome[] before = Outcomes(module);
            Run(module, pipeline);
            Assert.True(Verifier.Verify(module), text);
            EvalOutcome[] after = Outcomes(module);
            for (int i = 0; i < before.Length; i++)
            {
                Assert.True(before[i].Status == EvalStatus.Returned && after[i].Status == EvalStatus.Returned, $"{before[i].Reason} {after[i].Reason}\n{text}");
                for (int j = 0; j < before[i].Values.Length; j++)
                    Assert.True(before[i].Values[j].MayBecome(after[i].Values[j]), $"{before[i].Values[j]} became {after[i].Values[j]}\n{text}\n{module}");
                for (int j = 0; j < before[i].Arguments.Length; j++)
                    Assert.True(before[i].Arguments[j].MayBecome(after[i].Arguments[j]), $"argument {j} was overwritten\n{text}");
            }
            string result = Ir.Generic(module);
            Assert.DoesNotContain("\"tensor.", result);
            if (result.Contains("loop.copy", StringComparison.Ordinal)) copied++;
        }
        Assert.InRange(copied, 1, 60);
    }

    private static void Run(Operation module, string pipeline)
    {
        PassPipeline? parsed = PipelineParser.Parse(Ir.Registry, module.Context, pipeline);
        Assert.NotNull(parsed);
        Assert.True(new PassManager(parsed) { Threads = 1 }.Run(module));
    }

    private static EvalOutcome[] Outcomes(Operation module)
    {
        var function = (FuncOp)((ModuleOp)module).Body.First!;
        var outcomes = new EvalOutcome[3];
        for (int i = 0; i < outcomes.Length; i++) outcomes[i] = new Interpreter().Run(function, EvalInputs.Of(function.FunctionType.Inputs, 4 + i));
        return outcomes;
    }

    // Every value is a tensor<6xi32>; each step uses ones that came before, early or late.
    private static string Program(int seed)
    {
        EvalRandom random = new((ulong)seed + 1000);
        StringBuilder text = new("func.func @f(%v0: tensor<6xi32>, %v1: tensor<6xi32>, %x: i32, %c: i1) -> (tensor<6xi32>, tensor<6xi32>) {\n");
        for (int i = 0; i < 7; i++) text.Append("%c").Append(i).Append(" = arith.constant ").Append(i).Append(" : index\n");
        text.Append("%v2 = arith.constant dense<[1, 2, 3, 4, 5, 6]> : tensor<6xi32>\n%v3 = tensor.splat %x : tensor<6xi32>\n");
        int next = 4;
        Steps(text, ref random, ref next, Enumerate(4), 5 + (int)(random.Next() % 6), depth: 0);
        text.Append("return %v").Append(next - 1).Append(", %v").Append(random.Next() % 4).Append(" : tensor<6xi32>, tensor<6xi32>\n}\n");
        return text.ToString();
    }

    private static List<int> Enumerate(int count)
    {
        List<int> all = [];
        for (int i = 0; i < count; i++) all.Add(i);
        return all;
    }

    private static void Steps(StringBuilder text, ref EvalRandom random, ref int next, List<int> known, int count, int depth)
    {
        for (int i = 0; i < count; i++)
        {
            int a = Pick(ref random, known), b = Pick(ref random, known), kind = (int)(random.Next() % (depth < 2 ? 7UL : 5UL));
            int offset = (int)(random.Next() % 4), other = (int)(random.Next() % 4);
            int me;
            switch (kind)
            {
                case 0:
                    me = next++;
                    text.Append($"%v{me} = arith.addi %v{a}, %v{b} : tensor<6xi32>\n");
                    break;
                case 1:
                    me = next++;
                    text.Append($"%v{me} = tensor.insert %x into %v{a}[%c{offset}] : tensor<6xi32>\n");
                    break;
                case 2:
                    me = next++;
                    text.Append($"%s{me} = tensor.extract_slice %v{a}[{offset}] [3] [1] : tensor<6xi32> to tensor<3xi32>\n");
                    text.Append($"%t{me} = arith.muli %s{me}, %s{me} : tensor<3xi32>\n");
                    text.Append($"%v{me} = tensor.insert_slice %t{me} into %v{(other % 2 == 0 ? a : b)}[{(other % 2 == 0 ? offset : other)}] [3] [1] : tensor<3xi32> into tensor<6xi32>\n");
                    break;
                case 3:
                    me = next++;
                    text.Append($"%s{me} = tensor.extract_slice %v{a}[{offset}] [3] [1] : tensor<6xi32> to tensor<3xi32>\n");
                    text.Append($"%t{me} = tensor.insert %x into %s{me}[%c{other % 3}] : tensor<3xi32>\n");
                    text.Append($"%v{me} = tensor.insert_slice %t{me} into %v{a}[{offset}] [3] [1] : tensor<3xi32> into tensor<6xi32>\n");
                    break;
                case 4:
                    me = next++;
                    text.Append($"%s{me} = tensor.expand_shape %v{a} [[0, 1]] output_shape [2, 3] : tensor<6xi32> into tensor<2x3xi32>\n");
                    text.Append($"%t{me} = tensor.insert %x into %s{me}[%c{offset % 2}, %c{other % 3}] : tensor<2x3xi32>\n");
                    text.Append($"%v{me} = tensor.collapse_shape %t{me} [[0, 1]] : tensor<2x3xi32> into tensor<6xi32>\n");
                    break;
                case 5:
                    {
                        int p = next++, q = next++;
                        StringBuilder body = new();
                        List<int> inside = [.. known, p, q];
                        Steps(body, ref random, ref next, inside, 2, depth + 1);
                        int last = inside[^1], early = inside[inside.Count - 1 - (int)(random.Next() % 3)];
                        me = next++;
                        int second = next++;
                        text.Append($"%r{me}:2 = loop.for %i{me} = %c0 to %c3 step %c1 iter_args(%v{p} = %v{a}, %v{q} = %v{b}) -> (tensor<6xi32>, tensor<6xi32>) {{\n{body}");
                        text.Append($"loop.yield %v{last}, %v{early} : tensor<6xi32>, tensor<6xi32>\n}}\n");
                        text.Append($"%v{second} = arith.xori %r{me}#0, %r{me}#1 : tensor<6xi32>\n%v{me} = arith.ori %v{second}, %r{me}#1 : tensor<6xi32>\n");
                        break;
                    }
                default:
                    {
                        StringBuilder then = new(), otherwise = new();
                        List<int> left = [.. known], right = [.. known];
                        Steps(then, ref random, ref next, left, 2, depth + 1);
                        Steps(otherwise, ref random, ref next, right, 1, depth + 1);
                        me = next++;
                        text.Append($"%v{me} = loop.if %c -> (tensor<6xi32>) {{\n{then}loop.yield %v{left[^1]} : tensor<6xi32>\n}} else {{\n{otherwise}loop.yield %v{right[^1]} : tensor<6xi32>\n}}\n");
                        break;
                    }
            }
            known.Add(me);
        }
        // The last value of the list is the last that was made here.
        if (depth == 0 && known[^1] != next - 1)
        {
            text.Append($"%v{next} = arith.andi %v{known[^1]}, %v{known[^1]} : tensor<6xi32>\n");
            next++;
        }
    }

    // Half of the time a late one, so that chains of changes grow.
    private static int Pick(ref EvalRandom random, List<int> known) => random.Next() % 2 == 0 ? known[^1] : known[(int)(random.Next() % (ulong)known.Count)];
}
