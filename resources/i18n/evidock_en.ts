<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="zh_CN">
<context>
    <name>Clip</name>
    <message>
        <source>等待采集</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>采集中</source>
        <translation>Copying</translation>
    </message>
    <message>
        <source>校验中</source>
        <translation>Verifying</translation>
    </message>
    <message>
        <source>已入库</source>
        <translation>In the vault</translation>
    </message>
    <message>
        <source>此前已入库</source>
        <translation>Already held</translation>
    </message>
    <message>
        <source>未采集</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>已隔离</source>
        <translation>Quarantined</translation>
    </message>
    <message>
        <source>采集中断</source>
        <translation>Interrupted</translation>
    </message>
</context>
<context>
    <name>Detail</name>
    <message>
        <source>未知</source>
        <translation>Unknown</translation>
    </message>
    <message>
        <source>已入库</source>
        <translation>In the vault</translation>
    </message>
    <message>
        <source>此前已入库</source>
        <translation>Already held</translation>
    </message>
    <message>
        <source>等待</source>
        <translation>Waiting</translation>
    </message>
    <message>
        <source>未采集</source>
        <translation>Not taken</translation>
    </message>
    <message>
        <source>已隔离</source>
        <translation>Quarantined</translation>
    </message>
    <message>
        <source>采集口空闲，插入执法记录仪即自动采集</source>
        <translation>This bay is empty. Plug in a recorder and collection starts by itself</translation>
    </message>
    <message>
        <source>正在采集，请勿拔出记录仪</source>
        <translation>Collecting. Please leave the recorder in place</translation>
    </message>
    <message>
        <source>采集未完成，请看下方说明</source>
        <translation>Not everything was collected. Please read below</translation>
    </message>
    <message>
        <source>采集完成，可以取走记录仪。{clips}在库</source>
        <translation>Collected. You may take the recorder. {clips} in the vault</translation>
    </message>
</context>
<context>
    <name>DetailFiles</name>
    <message>
        <source>没有接入记录仪</source>
        <translation>No recorder here</translation>
    </message>
    <message>
        <source>文件清单读取后显示在这里</source>
        <translation>The files appear here once they have been read</translation>
    </message>
</context>
<context>
    <name>DetailHead</name>
    <message>
        <source>返回采集墙</source>
        <translation>Back to the wall</translation>
    </message>
    <message>
        <source>%1 号采集口</source>
        <translation>Bay %1</translation>
    </message>
</context>
<context>
    <name>DetailPanel</name>
    <message>
        <source>执法证号</source>
        <translation>Badge number</translation>
    </message>
    <message>
        <source>单位</source>
        <translation>Unit</translation>
    </message>
    <message>
        <source>记录仪</source>
        <translation>Recorder</translation>
    </message>
    <message>
        <source>型号</source>
        <translation>Model</translation>
    </message>
    <message>
        <source>记录仪时钟</source>
        <translation>Recorder clock</translation>
    </message>
    <message>
        <source>电量</source>
        <translation>Battery</translation>
    </message>
    <message>
        <source>接入时间</source>
        <translation>Docked at</translation>
    </message>
    <message>
        <source>结束时间</source>
        <translation>Ended at</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>1 段</source>
        <translation>1 clip</translation>
    </message>
    <message>
        <source>{count} 段</source>
        <translation>{count} clips</translation>
    </message>
    <message>
        <source>剩不到 1 分钟</source>
        <translation>under 1 min left</translation>
    </message>
    <message>
        <source>约剩 {minutes} 分钟</source>
        <translation>{minutes} min left</translation>
    </message>
    <message>
        <source>约剩 {hours} 小时 {minutes} 分</source>
        <translation>{hours} h {minutes} min left</translation>
    </message>
    <message>
        <source>{seconds} 秒</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} 分 {seconds} 秒</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{hours} 小时 {minutes} 分</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{days} 天 {hours} 小时</source>
        <translation>{days} d {hours} h</translation>
    </message>
    <message>
        <source>未读取</source>
        <translation>Not read</translation>
    </message>
    <message>
        <source>准确</source>
        <translation>Correct</translation>
    </message>
    <message>
        <source>快 {span}</source>
        <translation>{span} fast</translation>
    </message>
    <message>
        <source>慢 {span}</source>
        <translation>{span} slow</translation>
    </message>
</context>
<context>
    <name>NavBar</name>
    <message>
        <source>采集</source>
        <translation>Wall</translation>
    </message>
    <message>
        <source>浅色</source>
        <translation>Light</translation>
    </message>
    <message>
        <source>深色</source>
        <translation>Dark</translation>
    </message>
</context>
<context>
    <name>Slot</name>
    <message>
        <source>空闲</source>
        <translation>Empty</translation>
    </message>
    <message>
        <source>采集中</source>
        <translation>Copying</translation>
    </message>
    <message>
        <source>校验中</source>
        <translation>Verifying</translation>
    </message>
    <message>
        <source>可取走</source>
        <translation>Ready</translation>
    </message>
    <message>
        <source>待处理</source>
        <translation>Attention</translation>
    </message>
    <message>
        <source>异常</source>
        <translation>Fault</translation>
    </message>
    <message>
        <source>排队中</source>
        <translation>Queued</translation>
    </message>
    <message>
        <source>识别中</source>
        <translation>Identifying</translation>
    </message>
    <message>
        <source>读取清单</source>
        <translation>Listing</translation>
    </message>
    <message>
        <source>收尾中</source>
        <translation>Closing</translation>
    </message>
    <message>
        <source>未绑定人员</source>
        <translation>No officer known</translation>
    </message>
    <message>
        <source>未识别记录仪</source>
        <translation>Not identified</translation>
    </message>
    <message>
        <source>{time} 完成</source>
        <translation>done {time}</translation>
    </message>
    <message>
        <source>点按查看</source>
        <translation>See why</translation>
    </message>
    <message>
        <source>{slot} 号口</source>
        <translation>Bay {slot}</translation>
    </message>
</context>
<context>
    <name>Station</name>
    <message>
        <source>采集工作站</source>
        <translation>Evidence station</translation>
    </message>
    <message>
        <source>余 {size}</source>
        <translation>{size} free</translation>
    </message>
    <message>
        <source>今日 {clips} · {size}</source>
        <translation>Today {clips} · {size}</translation>
    </message>
    <message>
        <source>存储已用 {percent}%</source>
        <translation>Storage {percent}% used</translation>
    </message>
    <message>
        <source>仅本地保存</source>
        <translation>Kept locally</translation>
    </message>
    <message>
        <source>已全部上传</source>
        <translation>All uploaded</translation>
    </message>
    <message>
        <source>上传中</source>
        <translation>Uploading</translation>
    </message>
    <message>
        <source>等待网络</source>
        <translation>Waiting for network</translation>
    </message>
    <message>
        <source>上传需处理</source>
        <translation>Upload needs help</translation>
    </message>
    <message>
        <source>未连接上级平台</source>
        <translation>No central store set</translation>
    </message>
    <message>
        <source>最近 {time}</source>
        <translation>Last at {time}</translation>
    </message>
    <message>
        <source>待传 {clips}</source>
        <translation>{clips} to go</translation>
    </message>
    <message>
        <source>没有正在进行的采集</source>
        <translation>Nothing is being collected</translation>
    </message>
    <message>
        <source>正在估算完成时间</source>
        <translation>Estimating the finish</translation>
    </message>
    <message>
        <source>约 {time} 全部完成</source>
        <translation>All done at about {time}</translation>
    </message>
</context>
<context>
    <name>Stopped</name>
    <message>
        <source>采集程序未运行</source>
        <translation>The collector is not running</translation>
    </message>
    <message>
        <source>正在自动重新连接，恢复后本屏幕会回到原来的页面</source>
        <translation>Reconnecting by itself. When it is back, this screen returns to where you were</translation>
    </message>
    <message>
        <source>这意味着什么</source>
        <translation>What it means</translation>
    </message>
    <message>
        <source>现在插入的记录仪只会充电，不会采集。采集程序恢复后会自动继续采集，不需要重新插拔。</source>
        <translation>A recorder plugged in now only charges; nothing is collected. Collection goes on by itself once the collector is back. There is no need to plug it in again.</translation>
    </message>
    <message>
        <source>已入库的录像仍在证据库中，程序停止不影响它们。记录仪里的文件没有被删除，没有采完的文件会重新采集。</source>
        <translation>Everything already in the vault is still there; a stopped collector does not touch it. Nothing was deleted from any recorder, and files that were under way will be collected again.</translation>
    </message>
    <message>
        <source>什么是安全的</source>
        <translation>What is safe</translation>
    </message>
    <message>
        <source>现在怎么做</source>
        <translation>What to do now</translation>
    </message>
    <message>
        <source>请等待一分钟。仍未恢复时请通知管理员：查看采集服务的状态并重新启动，必要时重启工作站。记录仪可以留在采集口充电。</source>
        <translation>Wait a minute. If it does not come back, tell the administrator: look at the state of the collection service and restart it, or restart the station. Recorders may stay in the dock and charge.</translation>
    </message>
</context>
<context>
    <name>TopBar</name>
    <message>
        <source>插入执法记录仪即自动采集</source>
        <translation>Plug in a recorder to collect</translation>
    </message>
</context>
<context>
    <name>Wall</name>
    <message>
        <source>还没有采集口接入</source>
        <translation>No bay is connected yet</translation>
    </message>
    <message>
        <source>正在连接采集程序…</source>
        <translation>Connecting to the collector…</translation>
    </message>
</context>
</TS>
