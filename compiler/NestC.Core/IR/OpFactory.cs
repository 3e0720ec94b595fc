namespace NestC.IR;

/// <summary>Puts operations together without an <see cref="OperationState"/>; generated `Create` methods end here.</summary>
public static class OpFactory
{
    /// <summary>Gives a new operation, whose properties are set, its parts, and inserts it at the builder's place.</summary>
    /// <exception cref="InvalidOperationException">The operation's dialect is not registered in the context.</exception>
    public static T Finish<T>(OpBuilder builder, ReadOnlySpan<byte> name, T op, ReadOnlySpan<Value> operands, ReadOnlySpan<IrType> resultTypes,
        ReadOnlySpan<Block> successors = default, int regions = 0) where T : Operation
    {
        OpInfo info = builder.Context.OpInfo(name);
        if (!info.IsRegistered) throw new InvalidOperationException($"'{info.Name}' is made, but its dialect is not registered in the context");
        op.Initialize(info, builder.Location);
        op.SetResultTypes(resultTypes);
        op.InitializeOperands(operands);
        op.InitializeSuccessors(successors);
        op.InitializeRegions(regions);
        builder.Insert(op);
        return op;
    }

    /// <summary>A result type that was inferred, or the exception that says that there is none.</summary>
    /// <exception cref="ArgumentException">The operands or properties allow no result type.</exception>
    public static IrType Inferred(IrType? type, string op) =>
        type ?? throw new ArgumentException($"'{op}' op has no result type for these operands and properties");
}
