using NestC.Diagnostics;
using NestC.IR;
using NestC.Syntax;

namespace NestC.Builtin;

/// <summary>Calls a function by its symbol.</summary>
[Op("func.call", Format = "$callee `(` $operands `)` attr-dict `:` functional-type($operands, results)")]
public sealed partial class CallOp : Operation, ICall, ISymbolUser
{
    [Prop<FlatSymbolRef>] public partial SymbolRefAttr Callee { get; }

    [Operands<AnyType>("operands")] public partial OperandRange Arguments { get; }

    [Results<AnyType>("results")] public partial ResultRange Outputs { get; }

    SymbolRefAttr? ICall.Callee => Callee;

    public bool VerifySymbolUses(Diag d, SymbolTableCollection tables)
    {
        if (tables.Resolve(this, Callee) is not FuncOp function) return d.Error("NEST2036", $"'{Callee.Root}' does not reference a valid function");
        FunctionType type = function.FunctionType;
        if (type.Inputs.Length != OperandCount) return d.Error("NEST2033", "incorrect number of operands for callee");
        for (int i = 0; i < OperandCount; i++)
        {
            if (Operand(i).Type == type.Inputs[i]) continue;
            return d.Error("NEST2033", $"operand type mismatch: expected operand type '{type.Inputs[i]}', but provided '{Operand(i).Type}' for operand number {i}");
        }
        if (type.Results.Length != ResultCount) return d.Error("NEST2033", "incorrect number of results for callee");
        for (int i = 0; i < ResultCount; i++)
        {
            if (Result(i).Type == type.Results[i]) continue;
            Diagnostic error = d.New(Severity.Error, "NEST2033", null, $"result type mismatch at index {i}");
            error.Note(Location, $"     op result types: {Quote(Results.Types())}");
            error.Note(Location, $"function result types: {Quote(type.Results)}");
            return d.Say(error);
        }
        return true;
    }

    private static string Quote(ReadOnlySpan<IrType> types)
    {
        string text = "";
        foreach (IrType type in types) text += text.Length == 0 ? $"'{type}'" : $", '{type}'";
        return text;
    }
}

/// <summary>Calls a function value.</summary>
[Op("func.call_indirect")]
public sealed partial class CallIndirectOp : Operation, ICall, ICustomSyntax
{
    [Operand<Function>] public partial Value Callee { get; }

    [Operands<AnyType>] public partial OperandRange CalleeOperands { get; }

    [Results<AnyType>("results")] public partial ResultRange Outputs { get; }

    SymbolRefAttr? ICall.Callee => null;

    OperandRange ICall.Arguments => CalleeOperands;

    /// <exception cref="NotSupportedException">The callee is a value: replace the operation by a direct call.</exception>
    public void SetCallee(OpBuilder builder, SymbolRefAttr callee) => throw new NotSupportedException("an indirect call names no symbol");

    public static bool Parse(AsmParser parser, OperationState state)
    {
        Support.Vec<UnresolvedOperand> operands = default;
        if (!parser.ParseOperand(out UnresolvedOperand callee) || !parser.ParseLParen()) return false;
        int position = parser.Position;
        if (!parser.ParseOperandList(ref operands) || !parser.ParseRParen() || !parser.ParseAttrDict(state) || !parser.ParseColon()) return false;
        if (!parser.ParseTypeOf(state, out FunctionType type)) return false;
        state.ResultTypes.AddRange(type.Results);
        return parser.ResolveOperand(callee, type, ref state.Operands)
            && parser.ResolveOperands(state, operands.Span, type.Inputs, position);
    }

    public void Print(AsmPrinter printer)
    {
        printer.Out.Write(' ');
        printer.WriteOperand(Callee);
        printer.Out.Write('(');
        printer.WriteOperands(CalleeOperands);
        printer.Out.Write(')');
        printer.WriteAttrDict(this, default);
        printer.Out.Write(" : "u8);
        printer.Write(Callee.Type);
    }

    protected internal override bool VerifyOp(Diag d)
    {
        FunctionType type = (FunctionType)Callee.Type;
        bool inputs = type.Inputs.Length == CalleeOperands.Count;
        for (int i = 0; inputs && i < CalleeOperands.Count; i++) inputs = CalleeOperands[i].Type == type.Inputs[i];
        if (!inputs) return d.Error("NEST2030", "failed to verify that callee input types match argument types");
        bool results = type.Results.Length == ResultCount;
        for (int i = 0; results && i < ResultCount; i++) results = Result(i).Type == type.Results[i];
        return results || d.Error("NEST2030", "failed to verify that callee result types match result types");
    }
}

/// <summary>A function as a value.</summary>
[Op("func.constant", Format = "attr-dict $value `:` type(results)")]
public sealed partial class FuncConstantOp : Operation, IPure, IConstantLike, ISymbolUser, IFoldable, IAsmNames
{
    [Prop<FlatSymbolRef>] public partial SymbolRefAttr Value { get; }

    [Result<AnyType>("result")] public partial Value Output { get; }

    Attr IConstantLike.ConstantValue => Value;

    public FoldResult Fold(FoldInputs inputs) => Value;

    public void NameResults(ValueNames names) => names.Name(Output, "f"u8);

    public bool VerifySymbolUses(Diag d, SymbolTableCollection tables)
    {
        // As upstream, and unlike a call: through operations that may be symbol tables themselves.
        Operation? table = ParentOp;
        while (table is not null && !table.Has(OpTraits.SymbolTable)) table = table.ParentOp;
        if (table is null || tables.Resolve(table, Value) is not FuncOp function) return d.Error("NEST2036", $"reference to undefined function '{Value.Root}'");
        return function.FunctionType == Output.Type || d.Error("NEST2033", "reference to function with mismatched type");
    }
}

/// <summary>Ends a function and gives its results.</summary>
[Op("func.return", Format = "attr-dict ($operands^ `:` type($operands))?")]
public sealed partial class ReturnOp : Operation, IPure, IReturnLike, IHasParent<FuncOp>
{
    [Operands<AnyType>("operands")] public partial OperandRange Values { get; }

    protected internal override bool VerifyOp(Diag d)
    {
        if (ParentOp is not FuncOp function) return true;
        ReadOnlySpan<IrType> types = function.FunctionType.Results;
        if (types.Length != OperandCount)
            return d.Error("NEST2033", $"has {OperandCount} operands, but enclosing function (@{function.SymName.Value}) returns {types.Length}");
        for (int i = 0; i < types.Length; i++)
        {
            if (Operand(i).Type == types[i]) continue;
            return d.Say(new Diagnostic(Severity.Error, "NEST2033", Location,
                $"type of return operand {i} ('{Operand(i).Type}') doesn't match function result type ('{types[i]}') in function @{function.SymName.Value}"));
        }
        return true;
    }
}
