using NestC.Builtin;
using NestC.Evaluation;
using NestC.IR;
using NestC.Onnx;

namespace NestC.Tools.Tests.Onnx;

/// <summary>A model read, imported and ready to be run: the path that `nest-translate` and `nest-run` take.</summary>
internal sealed class ImportedModel
{
    private ImportedModel(OnnxModel model, ModuleOp module) => (Model, Module) = (model, module);

    public OnnxModel Model { get; }

    public ModuleOp Module { get; }

    /// <summary>Imports a file; null and what is wrong where it cannot be.</summary>
    public static ImportedModel? Load(string path, out string errors, bool seeded = false)
    {
        errors = "";
        var model = OnnxModel.Load(path, out var list);
        if (model is not null)
        {
            NestContext context = new();
            Registry.RegisterDialects(context);
            ImportOptions options = seeded ? new() { Replaced = SeededWeights.Make(model) } : new();
            if (OnnxImporter.Import(context, model, options, out list, out _) is { } module) return new ImportedModel(model, module);
        }
        errors = string.Join('\n', list);
        return null;
    }

    public NdArray[] Run(params NdArray[] inputs) => new ArrayInterpreter().Run((FuncOp)Module.Body.First!, inputs);
}
