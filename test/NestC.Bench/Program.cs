using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

// Models for graph-models.mjs, which compares with ONNX Runtime.
if (args is ["graph-models", ..]) return NestC.Bench.GraphModels.Run(args[1..]);

// In this process: nothing is generated and built, so the figures are those of the settings in NestC.Bench.csproj.
IConfig config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(NestC.Bench.Parts).Assembly).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
return 0;
