; The installer for one person: no administrator, nothing outside the profile.
;
;   glassbox-VERSION-setup.exe /S              installs without a question
;   glassbox-VERSION-setup.exe /S /D=C:\Folder somewhere else (last on the line, without quotes)
;   "%LOCALAPPDATA%\Programs\Glassbox\uninstall.exe" /S
;
; makensis -DVERSION=0.1.0 -DSTAGE=dist/glassbox -DOUT=dist/… glassbox.nsi
Target amd64-unicode
Unicode true
!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "WinVer.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Glassbox"
!define CLASSES "Software\Classes"

Name "Glassbox"
BrandingText "Glassbox ${VERSION}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\Glassbox"
InstallDirRegKey HKCU "Software\Glassbox" "Folder"
SetCompressor /SOLID lzma
SetCompressorDictSize 64
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Glassbox"
VIAddVersionKey "FileDescription" "Glassbox"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "The Glassbox authors, MIT licence"

!define MUI_ICON "${STAGE}/glassbox.ico"
!define MUI_UNICON "${STAGE}/glassbox.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\glassbox.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"
!insertmacro MUI_LANGUAGE "Spanish"

LangString IsOpen ${LANG_ENGLISH} "Glassbox is open. Close it and try again."
LangString IsOpen ${LANG_GERMAN} "Glassbox ist offen. Bitte schließen und noch einmal versuchen."
LangString IsOpen ${LANG_FRENCH} "Glassbox est ouvert. Fermez-le et réessayez."
LangString IsOpen ${LANG_SPANISH} "Glassbox está abierto. Ciérrelo e inténtelo de nuevo."

; A program that runs cannot be written to.
!macro STOP_IF_OPEN
  ${If} ${FileExists} "$INSTDIR\glassbox.exe"
    ClearErrors
    FileOpen $0 "$INSTDIR\glassbox.exe" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(IsOpen)" /SD IDOK
      SetErrorLevel 1
      Abort
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

; Only what we put there: a folder that somebody chose may hold other things.
!macro REMOVE_FILES
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\glassbox.exe"
  Delete "$INSTDIR\glassbox-console.exe"
  Delete "$INSTDIR\glassbox.ico"
!macroend

!macro TELL_SHELL
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Function .onInit
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "Glassbox needs Windows 10 or newer." /SD IDOK
    SetErrorLevel 1
    Abort
  ${EndIf}
FunctionEnd

Section
  !insertmacro STOP_IF_OPEN
  !insertmacro REMOVE_FILES
  SetOutPath "$INSTDIR"
  File /r "${STAGE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Glassbox.lnk" "$INSTDIR\glassbox.exe"
  WriteRegStr HKCU "Software\Glassbox" "Folder" "$INSTDIR"

  ; .glassbox files and lab: links
  WriteRegStr HKCU "${CLASSES}\.glassbox" "" "Glassbox.Experiment"
  WriteRegStr HKCU "${CLASSES}\.glassbox" "Content Type" "application/x-glassbox"
  WriteRegStr HKCU "${CLASSES}\Glassbox.Experiment" "" "Glassbox experiment"
  WriteRegStr HKCU "${CLASSES}\Glassbox.Experiment\DefaultIcon" "" "$INSTDIR\glassbox.exe,0"
  WriteRegStr HKCU "${CLASSES}\Glassbox.Experiment\shell\open\command" "" '"$INSTDIR\glassbox.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\lab" "" "URL:Glassbox link"
  WriteRegStr HKCU "${CLASSES}\lab" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\lab\shell\open\command" "" '"$INSTDIR\glassbox.exe" "%1"'

  WriteRegStr HKCU "${KEY}" "DisplayName" "Glassbox"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Glassbox authors"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\glassbox.exe"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
  !insertmacro TELL_SHELL
SectionEnd

Section "Uninstall"
  !insertmacro STOP_IF_OPEN
  !insertmacro REMOVE_FILES
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Glassbox.lnk"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "Software\Glassbox"
  DeleteRegKey HKCU "${CLASSES}\Glassbox.Experiment"
  DeleteRegKey HKCU "${CLASSES}\lab"
  ReadRegStr $0 HKCU "${CLASSES}\.glassbox" ""
  ${If} $0 == "Glassbox.Experiment"
    DeleteRegKey HKCU "${CLASSES}\.glassbox"
  ${EndIf}
  !insertmacro TELL_SHELL
SectionEnd
