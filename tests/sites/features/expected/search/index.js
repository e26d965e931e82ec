chancerySearch.deliver("index","559db51d68",{"firsts":[""]});
