using NestC.IR;

namespace NestC.Builtin;

/// <summary>What is known of attributes and types of upstream's operations: which are needed, and which kinds are refused.</summary>
internal sealed partial class UpstreamOp
{
    /// <summary>Letters of <see cref="UpstreamKinds"/> that are refused, and what mlir-opt says instead.</summary>
    private readonly record struct TypeRule(string Refused, string Description);

    /// <summary>An inherent attribute: the kinds that its constraint refuses, and those whose class alone is wrong.</summary>
    private readonly record struct AttributeRule(string Name, bool IsRequired, string Refused, string WrongClass, string Description);

    private readonly TypeRule[] operandTypes, resultTypes;
    private readonly AttributeRule[] attributes;
    private readonly string[] blockCounts;
    private readonly int operandGroups, resultGroups;
    private readonly bool hasNoProperties;

    private static TypeRule[] ReadTypes(string text)
    {
        if (text.Length == 0) return [];
        string[] words = text.Split(' ');
        TypeRule[] rules = new TypeRule[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] == "-" || Line($"\n!{words[i]}\t") is not { } line) rules[i] = new TypeRule("", "");
            else
            {
                string[] fields = line.Split('\t');
                rules[i] = new TypeRule(fields[1], fields[2]);
            }
        }
        return rules;
    }

    private static AttributeRule[] ReadAttributes(string text)
    {
        if (text.Length == 0) return [];
        string[] words = text.Split(' ');
        AttributeRule[] rules = new AttributeRule[words.Length];
        for (int i = 0; i < words.Length; i++)
        {
            string[] parts = words[i].Split('=');
            bool required = parts[0][^1] == '!';
            string name = required ? parts[0][..^1] : parts[0];
            if (parts.Length == 1 || Line($"\n#{parts[1]}\t") is not { } line) rules[i] = new AttributeRule(name, required, "", "", "");
            else
            {
                string[] fields = line.Split('\t');
                rules[i] = new AttributeRule(name, required, fields[1], fields[2], fields[3]);
            }
        }
        return rules;
    }

    /// <summary>What mlir-opt says of properties as it reads them; null when it takes them.</summary>
    public string? CheckProperties(Attr properties)
    {
        if (hasNoProperties) return "this operation does not support properties";
        if (properties is not DictionaryAttr dictionary) return "expected DictionaryAttr to set properties";
        foreach (AttributeRule rule in attributes)
        {
            if (dictionary.Find(System.Text.Encoding.UTF8.GetBytes(rule.Name)) is { } value && IsRefused(rule.WrongClass, UpstreamKinds.Of(value)))
                return $"Invalid attribute `{rule.Name}` in property conversion: {value}";
        }
        return CheckSizes(dictionary, "operandSegmentSizes"u8, operandGroups) ?? CheckSizes(dictionary, "resultSegmentSizes"u8, resultGroups);
    }

    private static string? CheckSizes(DictionaryAttr dictionary, ReadOnlySpan<byte> name, int groups)
    {
        if (groups == 0 || dictionary.Find(name) is not { } value) return null;
        if (value is not DenseArrayAttr { ElementType: IntegerType { Width: 32 } } sizes) return "expected DenseI32ArrayAttr for key `value`";
        return sizes.Count == groups ? null : $"size mismatch in attribute conversion: {sizes.Count} vs {groups}";
    }

    /// <summary>What mlir-opt says, after `'name' op `, of inherent attributes that stand among the others; null when it takes them.</summary>
    public string? CheckInherent(DictionaryAttr dictionary)
    {
        foreach (AttributeRule rule in attributes)
            if (dictionary.Find(System.Text.Encoding.UTF8.GetBytes(rule.Name)) is { } value && Refuse(rule, value) is { } wrong) return wrong;
        return null;
    }

    private static string? Refuse(AttributeRule rule, Attr value) => IsRefused(rule.Refused, UpstreamKinds.Of(value))
        ? $"attribute '{rule.Name}' failed to satisfy constraint: {rule.Description}"
        : null;

    private static bool IsRefused(string letters, char kind) => kind != '\0' && letters.Contains(kind);

    // Properties, when they are written, hide what stands among the other attributes.
    private static Attr? Inherent(Operation op, ReadOnlySpan<byte> name) =>
        op.PropertiesAttr is DictionaryAttr properties ? properties.Find(name) : op.AttributesOrNull?.Find(name);

    private string? CheckAttributes(Operation op)
    {
        foreach (AttributeRule rule in attributes)
            if (rule.IsRequired && Inherent(op, System.Text.Encoding.UTF8.GetBytes(rule.Name)) is null) return $"requires attribute '{rule.Name}'";
        foreach (AttributeRule rule in attributes)
            if (Inherent(op, System.Text.Encoding.UTF8.GetBytes(rule.Name)) is { } value && Refuse(rule, value) is { } wrong) return wrong;
        return null;
    }

    private string? CheckGroups(Operation op) =>
        CheckGroups(op, "operand", "operandSegmentSizes"u8, operandGroups, op.OperandCount) ?? CheckGroups(op, "result", "resultSegmentSizes"u8, resultGroups, op.ResultCount);

    // Sizes that are not written are zeros.
    private static string? CheckGroups(Operation op, string what, ReadOnlySpan<byte> name, int groups, int count)
    {
        if (groups == 0) return null;
        long total = 0;
        if (Inherent(op, name) is DenseArrayAttr { ElementType: IntegerType { Width: 32 } } sizes)
        {
            if (sizes.Count != groups) return null;
            for (int i = 0; i < sizes.Count; i++)
            {
                int size = System.Runtime.InteropServices.MemoryMarshal.Read<int>(sizes.Bytes[(4 * i)..]);
                if (size < 0) return $"'{what}SegmentSizes' attribute cannot have negative elements";
                total += size;
            }
        }
        else if (Inherent(op, name) is not null) return null;
        return total == count ? null : $"{what} count ({count}) does not match with the total size ({total}) specified in attribute '{what}SegmentSizes'";
    }

    private string? CheckTypes(Operation op)
    {
        int variadic = operandTypes.Length > 0 && operandTypes.Length == Operands.Number + 1 ? operandTypes.Length - 1 : -1;
        if (op.OperandCount == Operands.Number || variadic >= 0)
        {
            for (int i = 0; i < op.OperandCount && (i < operandTypes.Length || variadic >= 0); i++)
            {
                TypeRule rule = operandTypes[variadic >= 0 ? Math.Min(i, variadic) : i];
                if (IsRefused(rule.Refused, UpstreamKinds.Of(op.Operand(i).Type))) return $"operand #{i} must be {rule.Description}, but got '{op.Operand(i).Type}'";
            }
        }
        if (op.ResultCount != Results.Number) return null;
        for (int i = 0; i < resultTypes.Length && i < op.ResultCount; i++)
        {
            if (IsRefused(resultTypes[i].Refused, UpstreamKinds.Of(op.Result(i).Type)))
                return $"result #{i} must be {resultTypes[i].Description}, but got '{op.Result(i).Type}'";
        }
        return null;
    }
}
