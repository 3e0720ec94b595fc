using NestC.Builtin;
using NestC.IR;

namespace NestC.Passes.Npu.Placement;

/// <summary>The attribute that says where an operation is placed.</summary>
public static class NpuPlacement
{
    public const string AttributeName = "npu.placement";

    /// <summary>Whether an operation is placed on the NPU.</summary>
    public static bool IsPlaced(Operation op) =>
        !op.Attributes.IsEmpty && op.Attributes.Find("npu.placement"u8) is StringAttr { Value: "npu" };

    public static void Place(OpBuilder builder, Operation op) => builder.SetAttribute(op, AttributeName, StringAttr.Get(op.Context, "npu"));
}
