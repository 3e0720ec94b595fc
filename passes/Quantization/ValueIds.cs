using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Passes.Quantization;

/// <summary>
/// Names for values that stay the same while unrelated passes reorder, merge or rename: a structure, the hash of all that the value is computed from
/// (operations, properties, constants, the numbers of arguments), and a label, the name of its location where there is one.
/// </summary>
public sealed class ValueIds
{
    private readonly Dictionary<Value, ulong> structures = [];
    private readonly Dictionary<Value, string> labels = [];
    private readonly NestContext context;

    /// <summary>Names the arguments and all results of a function of one block.</summary>
    public ValueIds(FuncOp function)
    {
        context = function.Context;
        Block entry = function.Entry;
        Dictionary<string, int> taken = new(StringComparer.Ordinal);
        for (int i = 0; i < entry.ArgumentCount; i++)
        {
            Value argument = entry.ArgumentAt(i);
            structures[argument] = Mix(Text("argument " + argument.Type), (ulong)i);
            labels[argument] = Unique(taken, NameOf(argument.Location) ?? $"argument_{i}");
        }
        for (Operation? op = entry.First; op is not null; op = op.Next)
        {
            ulong hash = op is ProfileOp ? 0 : OfOperation(op);
            for (int i = 0; i < op.ResultCount; i++)
            {
                Value result = op.Result(i);
                structures[result] = Mix(hash, (ulong)i);
                string name = NameOf(op.Location) ?? $"{op.Name[(op.Name.LastIndexOf('.') + 1)..]}_{structures[result]:x8}"[..^8];
                labels[result] = Unique(taken, op.ResultCount == 1 ? name : $"{name}#{i}");
            }
            if (op is ReturnOp) Model = Mix(hash, (ulong)op.OperandCount);
        }
    }

    /// <summary>The hash of what the function returns: of the model, whatever is dead or in another order.</summary>
    public ulong Model { get; }

    public string ModelText => Model.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The hash of what the value is computed from.</summary>
    public ulong Structure(Value value) => structures[value];

    /// <summary>The name for messages and files: the location's, or one made of operation and structure.</summary>
    public string Label(Value value) => labels[value];

    /// <summary>The name of a location, or null.</summary>
    public static string? NameOf(LocationAttr location) => location switch
    {
        NameLoc name => name.Name.ToString(),
        FusedLoc fused => FirstName(fused),
        _ => null,
    };

    private string? NameOf(Location location) => location.IsUnknown ? null : NameOf(context.Resolve(location));

    private static string? FirstName(FusedLoc fused)
    {
        foreach (LocationAttr part in fused.Locations)
            if (NameOf(part) is { } name) return name;
        return null;
    }

    private static string Unique(Dictionary<string, int> taken, string name)
    {
        if (taken.TryAdd(name, 1)) return name;
        return $"{name}#{++taken[name]}";
    }

    private ulong OfOperation(Operation op)
    {
        ulong hash = Text(op.Name);
        if (op is ConstantOp constant)
        {
            NdArray array = GraphTypes.ArrayOf(constant.Value);
            hash = Mix(hash, Text(constant.Output.Type.ToString()!));
            unsafe
            {
                for (long at = 0; at < array.ByteLength; at += 1 << 30)
                    hash = Bytes(hash, new ReadOnlySpan<byte>(array.Data + at, (int)Math.Min(array.ByteLength - at, 1 << 30)));
            }
            GC.KeepAlive(array);
            return hash;
        }
        if (op.PropertiesAttr is { } properties) hash = Mix(hash, Text(properties.ToString()!));
        for (int i = 0; i < op.OperandCount; i++) hash = Mix(hash, structures[op.Operand(i)]);
        for (int i = 0; i < op.ResultCount; i++) hash = Mix(hash, Text(op.Result(i).Type.ToString()!));
        return hash;
    }

    private static ulong Text(string text) => Bytes(0xCBF29CE484222325, Encoding.UTF8.GetBytes(text));

    // Eight bytes a step; not for adversaries.
    private static ulong Bytes(ulong hash, ReadOnlySpan<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) hash = Mix(hash, word);
        foreach (byte b in bytes[(words.Length * 8)..]) hash = Mix(hash, b);
        return Mix(hash, (ulong)bytes.Length);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        ulong h = (hash ^ value) * 0x9E3779B97F4A7C15;
        return (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9 + 1;
    }
}
