using NestC.Builtin;
using NestC.Diagnostics;
using NestC.IR;

namespace NestC.Rewriting;

/// <summary>
/// Converts the types of functions: signatures and entry blocks, returns, calls, and the block arguments that branches feed. For every
/// operation with the interfaces, of whichever dialect.
/// </summary>
public static class FunctionConversion
{
    /// <summary>Adds the patterns.</summary>
    public static PatternSet AddFunctionConversion(this PatternSet patterns, TypeConverter converter) => patterns
        .AddConversion<ICallable>(converter, "convert-signature", (callable, operands, rw) => ConvertSignature(callable, converter, rw))
        .AddConversion<IReturnLike>(converter, "convert-return", static (terminator, operands, rw) =>
        {
            Value[] values = operands.All;
            rw.SetOperands((Operation)terminator, values);
            return true;
        })
        .AddConversion<ICall>(converter, "convert-call", (call, operands, rw) => ConvertCall((Operation)call, operands, converter, rw))
        .AddConversion<IBranch>(converter, "convert-branch", static (branch, operands, rw) => ConvertBranch(branch, operands, rw));

    /// <summary>Makes functions, returns, calls and branches legal where their types are.</summary>
    public static ConversionTarget AddFunctionLegality(this ConversionTarget target, TypeConverter converter) => target
        .Dynamic<ICallable>(callable => converter.CheckSignature(callable.CallableType, callable.CallableRegion))
        .Dynamic<IReturnLike>(op => converter.Check((Operation)op))
        .Dynamic<ICall>(op => converter.Check((Operation)op))
        .Dynamic<IBranch>(op => converter.Check((Operation)op));

    private static bool ConvertSignature(ICallable callable, TypeConverter converter, ConversionRewriter rw)
    {
        Operation op = (Operation)callable;
        FunctionType type = callable.CallableType;
        if (converter.ConvertAll(type.Inputs) is not { } inputs) return rw.NoMatch(op, "an argument type has no conversion");
        if (converter.ConvertAll(type.Results) is not { } results) return rw.NoMatch(op, "a result type has no conversion");
        if (callable.CallableRegion is { } body && !rw.ConvertRegionTypes(body, converter)) return rw.NoMatch(op, "the type of a block argument has no conversion");
        rw.SetAttribute(op, "function_type", TypeAttr.Get(FunctionType.Get(rw.Context, inputs, results)));
        // Attributes of arguments and results say nothing any more when their number changed.
        if (inputs.Length != type.Inputs.Length && op.Inherent("arg_attrs"u8) is not null) rw.RemoveAttribute(op, "arg_attrs");
        if (results.Length != type.Results.Length && op.Inherent("res_attrs"u8) is not null) rw.RemoveAttribute(op, "res_attrs");
        return true;
    }

    private static bool ConvertCall(Operation op, ConvertedOperands operands, TypeConverter converter, ConversionRewriter rw)
    {
        IrType[][] types = new IrType[op.ResultCount][];
        List<IrType> flat = [];
        for (int i = 0; i < types.Length; i++)
        {
            if (converter.ConvertMany(op.Result(i).Type) is not { } to) return rw.NoMatch(op, $"the type of result #{i} has no conversion");
            types[i] = to;
            flat.AddRange(to);
        }
        Operation call = rw.Recreate(op, operands.All, flat.ToArray());
        Value[][] values = new Value[types.Length][];
        int at = 0;
        for (int i = 0; i < types.Length; i++)
        {
            values[i] = new Value[types[i].Length];
            for (int k = 0; k < values[i].Length; k++) values[i][k] = call.Result(at++);
        }
        return rw.ReplaceMany(op, values);
    }

    private static bool ConvertBranch(IBranch branch, ConvertedOperands operands, ConversionRewriter rw)
    {
        Operation op = (Operation)branch;
        // From the last successor on, so that the operands of the others keep their places.
        for (int s = op.SuccessorCount - 1; s >= 0; s--)
        {
            OperandRange passed = branch.SuccessorOperands(s);
            if (passed.Count > 0) branch.SetSuccessorOperands(rw, s, operands.Of(passed));
        }
        return true;
    }
}
